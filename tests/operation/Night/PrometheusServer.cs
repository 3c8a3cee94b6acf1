using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>A real Prometheus on a database of scraped samples, and its tool. Debian's package <c>prometheus</c> has both.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orders-prometheus-");
    private readonly Process process;
    private readonly HttpClient http;

    private PrometheusServer(DirectoryInfo folder, Process process, string address)
    {
        this.folder = folder;
        this.process = process;
        http = new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Starts it on what was scraped.</summary>
    public static async Task<PrometheusServer> StartAsync(ScrapedSeries scraped, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("orders-prometheus-");
        var (samples, data, settings) = (Path.Combine(folder.FullName, "samples.txt"), Path.Combine(folder.FullName, "data"), Path.Combine(folder.FullName, "prometheus.yaml"));
        await scraped.WriteOpenMetricsAsync(samples);
        await RunToolAsync(folder.FullName, ["tsdb", "create-blocks-from", "openmetrics", samples, data], cancellationToken);

        // It scrapes nothing: all it knows is the night.
        await File.WriteAllTextAsync(settings, "global: { scrape_interval: 1m }\n", cancellationToken);
        var address = Ports.FreeAddress();
        var process = Start("prometheus", folder.FullName,
        [
            $"--config.file={settings}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=10y", $"--web.listen-address={new Uri(address).Authority}",
        ]);
        var server = new PrometheusServer(folder, process, address);
        await server.UntilReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>Runs <c>promtool</c>; answers what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with a fault; the message is what it printed.</exception>
    public static async Task<string> RunToolAsync(string workingDirectory, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var tool = Start("promtool", workingDirectory, arguments);
        var output = tool.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await tool.StandardError.ReadToEndAsync(cancellationToken);
        await tool.WaitForExitAsync(cancellationToken);
        return tool.ExitCode == 0 ? await output : throw new InvalidOperationException(await output + errors);
    }

    /// <summary>The answer of an expression at a moment: each series' labels, as <c>name=value,…</c> in their order, with its value.</summary>
    public async Task<IReadOnlyDictionary<string, double>> QueryAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var result = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}&time={at.ToUnixTimeSeconds()}", expression, cancellationToken);
        return result.GetProperty("resultType").GetString() == "scalar"
            ? new Dictionary<string, double> { [""] = Number(result.GetProperty("result")) }
            : result.GetProperty("result").EnumerateArray().ToDictionary(series => LabelsOf(series.GetProperty("metric")), series => Number(series.GetProperty("value")));
    }

    /// <summary>How many series an expression has over a time.</summary>
    public async Task<int> CountAsync(string expression, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var result = await GetAsync(
            $"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step=60", expression, cancellationToken);
        return result.GetProperty("result").EnumerateArray()
            .Count(series => series.GetProperty("values").EnumerateArray().Any(sample => sample[1].GetString() is not "NaN"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static Process Start(string program, string workingDirectory, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            MissingProgram.Report($"{program} is not installed here (Debian: prometheus).");
            throw;
        }
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            Assert.That(process.HasExited, Is.False, () => "Prometheus ended: " + errors.Result);
            try
            {
                using var ready = await http.GetAsync(new Uri("/-/ready", UriKind.Relative), timeout.Token);
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<JsonElement> GetAsync(string path, string expression, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{expression}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("data");
    }

    private static string LabelsOf(JsonElement metric) => string.Join(
        ',', metric.EnumerateObject().Where(label => label.Name != "__name__").OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"));

    private static double Number(JsonElement sample) => double.Parse(sample[1].GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture);
}
