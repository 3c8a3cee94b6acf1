using System.Diagnostics;
using System.Globalization;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>Counts how often processes ask the disk to flush a file, by Linux's own trace points: the processes know nothing of it.</summary>
internal sealed class FlushCounter
{
    private const string Events = "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync";

    /// <summary>A <c>perf</c> that has not ended by then has attached.</summary>
    private static readonly TimeSpan Attached = TimeSpan.FromMilliseconds(250);

    private readonly Process perf;

    private FlushCounter(Process perf) => this.perf = perf;

    /// <summary>Whether this machine lets us count; <c>perf</c> needs a kernel with trace points and the right to read them.</summary>
    public static bool IsPossible { get; } = IsPossibleHere();

    /// <summary>Counts from now on. <c>perf</c> ends at once where a thread of theirs ends while it attaches to all of them; then it is started again.</summary>
    /// <param name="processes">What they start later is counted too.</param>
    public static FlushCounter Start(IReadOnlyCollection<int> processes)
    {
        while (true)
        {
            var perf = StartPerf("-p", string.Join(',', processes));
            if (!perf.WaitForExit(Attached))
            {
                return new FlushCounter(perf);
            }

            perf.Dispose();
        }
    }

    public async Task<long> StopAsync()
    {
        using (perf)
        {
            using var interrupt = Process.Start("kill", ["-INT", $"{perf.Id}"]);
            var written = await perf.StandardError.ReadToEndAsync();
            await perf.WaitForExitAsync();
            return written.Split('\n').Where(line => line.Contains("syscalls:", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
        }
    }

    private static Process StartPerf(params string[] arguments) => Process.Start(
        new ProcessStartInfo("env", ["--default-signal=INT", "perf", "stat", "-x,", "-e", Events, .. arguments]) { RedirectStandardError = true })!;

    private static bool IsPossibleHere()
    {
        try
        {
            using var trial = StartPerf("true");
            var written = trial.StandardError.ReadToEnd();
            trial.WaitForExit();
            return trial.ExitCode == 0 && written.StartsWith('0');
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
