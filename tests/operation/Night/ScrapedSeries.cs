using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>
/// What <c>/metrics</c> answered, minute by minute, as Prometheus would store it: each series with the labels of its target. Only the metrics that are asked
/// for are recorded; a histogram with all its parts.
/// </summary>
internal sealed partial class ScrapedSeries(DateTimeOffset start, IReadOnlySet<string> names)
{
    private const string Target = "instance=\"night\",job=\"orders-api\"";
    private readonly SortedDictionary<string, List<(int Minute, string Value)>> series = new(StringComparer.Ordinal);

    /// <summary>How many minutes were scraped.</summary>
    public int Minutes { get; private set; }

    /// <summary>When the last of them was.</summary>
    public DateTimeOffset End => start.AddMinutes(Minutes - 1);

    public DateTimeOffset Start => start;

    /// <summary>Records a scrape; each is a minute after the one before.</summary>
    public void Add(string metrics)
    {
        var minute = Minutes++;
        Add($"up{{{Target}}}", minute, "1");
        foreach (var match in Sample().EnumerateMatches(metrics))
        {
            var line = metrics.AsSpan(match.Index, match.Length);
            var nameEnd = line.IndexOfAny('{', ' ');
            if (!names.Contains(line[..nameEnd].ToString()))
            {
                continue;
            }

            var labelsEnd = line[nameEnd] == '{' ? LabelsEnd(line, nameEnd) : nameEnd;
            var labels = labelsEnd - nameEnd > 2 ? $"{line[(nameEnd + 1)..(labelsEnd - 1)]}," : "";
            var value = line[(labelsEnd + 1)..];
            var valueEnd = value.IndexOf(' ');
            Add($"{line[..nameEnd]}{{{labels}{Target}}}", minute, (valueEnd < 0 ? value : value[..valueEnd]).ToString());
        }
    }

    /// <summary>In the format that <c>promtool tsdb create-blocks-from openmetrics</c> reads.</summary>
    public async Task WriteOpenMetricsAsync(string file)
    {
        await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var (name, samples) in series)
        {
            foreach (var (minute, value) in samples)
            {
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{name} {value} {start.AddMinutes(minute).ToUnixTimeSeconds()}\n"));
            }
        }

        await writer.WriteAsync("# EOF\n");
    }

    /// <summary>As the input of <c>promtool test rules</c>, of these metrics.</summary>
    public string ToInputSeries(IReadOnlySet<string> wanted)
    {
        var text = new StringBuilder();
        foreach (var (name, samples) in series.Where(one => wanted.Contains(one.Key[..one.Key.IndexOf('{', StringComparison.Ordinal)])))
        {
            var values = Enumerable.Repeat("_", Minutes).ToArray();
            foreach (var (minute, value) in samples)
            {
                values[minute] = value;
            }

            text.Append("      - { series: '").Append(name.Replace("'", "''", StringComparison.Ordinal)).Append("', values: '").AppendJoin(' ', values).Append("' }\n");
        }

        return text.ToString();
    }

    private void Add(string name, int minute, string value)
    {
        if (!series.TryGetValue(name, out var samples))
        {
            series.Add(name, samples = []);
        }

        samples.Add((minute, value));
    }

    private static int LabelsEnd(ReadOnlySpan<char> line, int from)
    {
        var quoted = false;
        for (var i = from; i < line.Length; i++)
        {
            if (line[i] == '"' && line[i - 1] != '\\')
            {
                quoted = !quoted;
            }
            else if (line[i] == '}' && !quoted)
            {
                return i + 1;
            }
        }

        throw new FormatException($"no end of the labels in {line}");
    }

    [GeneratedRegex("^[a-zA-Z_:][^\n]*", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
