using System.Diagnostics;
using System.Globalization;
using OrderOrchestration.DevHost.Startup;

namespace OrderOrchestration.DevHost.Dashboard;

/// <summary>A running dashboard: a page with traces, metrics and logs, and its OTLP receiver. Both listen on loopback.</summary>
internal sealed class TelemetryDashboard : IAsyncDisposable
{
    private const string PageLine = "Now listening on: ";
    private const string ReceiverLine = "OTLP/gRPC listening on: ";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly TaskCompletionSource<string> page = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> receiver = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TelemetryDashboard(Process process) => this.process = process;

    /// <summary>Address of the page.</summary>
    public Uri Page { get; private set; } = null!;

    /// <summary>Address of the OTLP receiver: the value for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public Uri Receiver { get; private set; } = null!;

    /// <summary>Starts the program and waits until it prints its addresses.</summary>
    /// <param name="port">Port of the page; 0: any free port.</param>
    /// <exception cref="StartupException">The program exited, or did not print its addresses in time.</exception>
    public static async Task<TelemetryDashboard> StartAsync(string program, int port, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
        {
            // NuGet packages do not preserve the executable bit.
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo(program) { WorkingDirectory = Path.GetDirectoryName(program)!, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        start.Environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0";
        start.Environment["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true";
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        var dashboard = new TelemetryDashboard(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            await dashboard.StartAsync(cancellationToken);
            return dashboard;
        }
        catch
        {
            await dashboard.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) =>
        {
            page.TrySetException(new StartupException("the dashboard ended before it listened"));
            receiver.TrySetException(new StartupException("the dashboard ended before it listened"));
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Page = new Uri(await page.Task.WaitAsync(Timeout, cancellationToken));
            Receiver = new Uri(await receiver.Task.WaitAsync(Timeout, cancellationToken));
        }
        catch (TimeoutException)
        {
            throw new StartupException($"the dashboard did not say where it listens within {Timeout.TotalSeconds} s");
        }
    }

    private void Read(string? line)
    {
        if (line is not null && After(line, ReceiverLine) is { } otlp)
        {
            receiver.TrySetResult(otlp);
        }
        else if (line is not null && After(line, PageLine) is { } address)
        {
            page.TrySetResult(address);
        }
    }

    private static string? After(string line, string text) =>
        line.IndexOf(text, StringComparison.Ordinal) is >= 0 and var at ? line[(at + text.Length)..].Trim() : null;
}
