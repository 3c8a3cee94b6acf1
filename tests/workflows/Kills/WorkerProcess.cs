using System.Diagnostics;
using OrderOrchestration.Worker;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>The worker program as it is deployed: a process of its own, which can die at any moment.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    public static WorkerProcess Start(IReadOnlyDictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(OrderWorker).Assembly.Location);
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += Ignore;
        process.ErrorDataReceived += Ignore;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process);
    }

    /// <summary>kill -9: nothing gets to say goodbye.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    /// <summary>A process whose output nobody reads stops when the pipe is full.</summary>
    private static void Ignore(object sender, DataReceivedEventArgs line)
    {
    }
}
