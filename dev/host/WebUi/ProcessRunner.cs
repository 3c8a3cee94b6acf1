using System.ComponentModel;
using System.Diagnostics;

namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Runs programs as child processes without a shell.</summary>
public sealed class ProcessRunner : IProcessRunner
{
    public async Task<ProcessOutcome?> RunAsync(
        string program, IReadOnlyList<string> arguments, string directory, CancellationToken cancel)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };

        var lines = new List<string>();
        process.OutputDataReceived += (_, line) => Add(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Add(lines, line.Data);

        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, lines);
    }

    private static void Add(List<string> lines, string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (lines)
        {
            lines.Add(line);
        }
    }
}
