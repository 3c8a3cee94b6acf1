using System.Diagnostics;

namespace OrderOrchestration.Tests.Server;

/// <summary>The server as a process of its own, to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, string targetHost)
    {
        this.process = process;
        TargetHost = targetHost;
    }

    /// <summary>Gets the path of the built server.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "embedded-temporal.exe" : "embedded-temporal");

    public string TargetHost { get; }

    public int Port => int.Parse(TargetHost[(TargetHost.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts it on a database file and answers once it takes calls.</summary>
    public static async Task<ServerProcess> StartAsync(string databaseFile, int port = 0)
    {
        var process = Launch($"server start-dev --port {port} --db-filename {databaseFile}");
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new ServerProcess(process, line[(line.LastIndexOf(' ') + 1)..]);
    }

    /// <summary>Runs it to its end, which is expected to come at once.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(string arguments)
    {
        using var process = Launch(arguments);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error.Trim());
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private static Process Launch(string arguments) =>
        Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
}
