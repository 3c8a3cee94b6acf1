using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench;

/// <summary>What this process holds while it lives, looked at ten times a second.</summary>
internal sealed class PeakMemory : IDisposable
{
    private readonly Timer looks;
    private readonly TimeSpan before;

    public PeakMemory()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        before = process.TotalProcessorTime;
        looks = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    public double ResidentMegabytes { get; private set; }

    public double HeapMegabytes { get; private set; }

    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime - before;
        }
    }

    public void Dispose() => looks.Dispose();

    private void Look()
    {
        using var process = Process.GetCurrentProcess();
        ResidentMegabytes = Math.Max(ResidentMegabytes, process.WorkingSet64 / 1024.0 / 1024.0);
        HeapMegabytes = Math.Max(HeapMegabytes, GC.GetTotalMemory(forceFullCollection: false) / 1024.0 / 1024.0);
    }
}
