using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Parses durations: whole nanoseconds, units as in "1h30m" (also "d"), or hours:minutes:seconds.</summary>
internal static partial class DurationText
{
    private static readonly Dictionary<string, decimal> Nanoseconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1m,
        ["us"] = 1_000m,
        ["µs"] = 1_000m,
        ["μs"] = 1_000m,
        ["ms"] = 1_000_000m,
        ["s"] = 1_000_000_000m,
        ["m"] = 60_000_000_000m,
        ["h"] = 3_600_000_000_000m,
        ["d"] = 86_400_000_000_000m,
    };

    /// <summary>Parses a duration in any form.</summary>
    public static bool TryParse(string text, out long nanoseconds) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out nanoseconds)
        || TryParseUnits(text, out nanoseconds)
        || TryParseClock(text, out nanoseconds);

    /// <summary>Parses a duration with units.</summary>
    public static bool TryParseUnits(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var match = UnitsPattern().Match(text);
        if (!match.Success)
        {
            return false;
        }
        var sum = 0m;
        for (var i = 0; i < match.Groups["number"].Captures.Count; i++)
        {
            if (!decimal.TryParse(
                match.Groups["number"].Captures[i].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue)
            {
                return false;
            }
            sum += number * Nanoseconds[match.Groups["unit"].Captures[i].Value];
        }
        if (sum > long.MaxValue)
        {
            return false;
        }
        nanoseconds = (long)sum * (match.Groups["sign"].Value == "-" ? -1 : 1);
        return true;
    }

    private static bool TryParseClock(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var match = ClockPattern().Match(text);
        if (!match.Success)
        {
            return false;
        }
        long Part(string name) => long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        var (minutes, seconds) = (Part("minutes"), Part("seconds"));
        nanoseconds = ((Part("hours") * 3600) + (minutes * 60) + seconds) * 1_000_000_000;
        return minutes < 60 && seconds < 60;
    }

    [GeneratedRegex(@"^(?<sign>[+-])?(?:(?<number>\d+\.?\d*|\.\d+)(?<unit>ns|us|µs|μs|ms|s|m|h|d))+$")]
    private static partial Regex UnitsPattern();

    [GeneratedRegex(@"^(?<hours>\d{1,6}):(?<minutes>\d{1,2}):(?<seconds>\d{1,2})$")]
    private static partial Regex ClockPattern();
}
