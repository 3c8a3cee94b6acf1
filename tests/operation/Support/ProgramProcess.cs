using System.Diagnostics;
using System.Reflection;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>A program of ours as it is deployed: a process of its own, steered by environment and signals.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly SemaphoreSlim arrived = new(0);

    private ProgramProcess(Process process) => this.process = process;

    public string Output
    {
        get
        {
            lock (lines)
            {
                return string.Join(Environment.NewLine, lines);
            }
        }
    }

    public static ProgramProcess Worker(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Start(typeof(Worker.OrderWorker).Assembly, environment, arguments);

    public static ProgramProcess Api(IReadOnlyDictionary<string, string?> environment) => Start(typeof(OrderOrchestration.Api.OrderApi).Assembly, environment, []);

    /// <summary>Waits for a line that has the text in it.</summary>
    public async Task<string> LineAsync(string text)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (true)
        {
            lock (lines)
            {
                if (lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }
            }

            try
            {
                await arrived.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"no line with '{text}' within {Timeout}; the program wrote:{Environment.NewLine}{Output}");
            }
        }
    }

    public async Task<int> ExitCodeAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
    }

    /// <summary>What a container engine does to stop a program.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Nothing gets to say goodbye.</summary>
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
        arrived.Dispose();
    }

    private static ProgramProcess Start(Assembly program, IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new ProgramProcess(new Process { StartInfo = start });
        started.process.OutputDataReceived += (_, line) => started.Receive(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Receive(line.Data);
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    private void Receive(string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            arrived.Release();
        }
    }
}
