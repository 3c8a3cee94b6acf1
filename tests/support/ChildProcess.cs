using System.Diagnostics;

namespace OrderOrchestration.Tests;

/// <summary>A program of ours in a process of its own, as its user runs it: controlled by environment and signals, observed through what it writes.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly SemaphoreSlim arrived = new(0);
    private int openStreams = 2;

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Everything it has written.</summary>
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

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    public static ChildProcess Start(string assembly, IEnumerable<KeyValuePair<string, string?>> environment, params string[] arguments)
    {
        // A program that a script starts in the background, or nohup starts, ignores SIGINT, and so do its children; from a terminal it does not.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet", assembly] : ["dotnet", assembly];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new ChildProcess(new Process { StartInfo = start });
        started.process.OutputDataReceived += (_, line) => started.Receive(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Receive(line.Data);
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The first line that has the text in it, once it is written.</summary>
    public Task<string> LineAsync(string text, CancellationToken cancellationToken = default) =>
        LineAsync(line => line.Contains(text, StringComparison.Ordinal), $"'{text}'", cancellationToken);

    /// <summary>The first line that fits, once it is written.</summary>
    /// <param name="what">What such a line is called where none comes.</param>
    public async Task<string> LineAsync(Predicate<string> fits, string what, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        while (true)
        {
            lock (lines)
            {
                if (lines.Find(fits) is { } found)
                {
                    return found;
                }

                if (openStreams == 0)
                {
                    throw new InvalidOperationException($"no line with {what} before the program ended; it wrote:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}");
                }
            }

            try
            {
                await arrived.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"no line with {what} within {Timeout}; the program wrote:{Environment.NewLine}{Output}");
            }
        }
    }

    public async Task<int> ExitCodeAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
    }

    /// <param name="signal">Such as <c>INT</c> (Ctrl-C) or <c>TERM</c> (what a container engine stops a program with).</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>kill -9: it can do nothing more.</summary>
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

    /// <param name="line"><c>null</c>: one of its two streams has ended.</param>
    private void Receive(string? line)
    {
        lock (lines)
        {
            if (line is null)
            {
                openStreams--;
            }
            else
            {
                lines.Add(line);
            }
        }

        arrived.Release();
    }
}
