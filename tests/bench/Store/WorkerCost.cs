using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>What some work of a worker in this process took and held; memory is looked at ten times a second.</summary>
internal sealed record WorkerCost(TimeSpan Elapsed, TimeSpan ProcessorTime, double ResidentMegabytes, double HeapMegabytes)
{
    public static async Task<WorkerCost> MeasureAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var (resident, heap) = (0.0, 0.0);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await using var looks = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        var clock = Stopwatch.StartNew();
        await work(cancellationToken);
        var elapsed = clock.Elapsed;
        process.Refresh();
        return new WorkerCost(elapsed, process.TotalProcessorTime - before, resident, heap);

        void Look()
        {
            using var now = Process.GetCurrentProcess();
            resident = Math.Max(resident, now.WorkingSet64 / 1024.0 / 1024.0);
            heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false) / 1024.0 / 1024.0);
        }
    }

    public void Print(string name, string unit, int count)
    {
        Figures.Print(name, "s", [Elapsed.TotalSeconds]);
        Figures.Print($"  {unit}", "per second", [count / Elapsed.TotalSeconds]);
        Figures.Print("  resident memory, at most", "MB", [ResidentMegabytes]);
        Figures.Print("  managed heap, at most", "MB", [HeapMegabytes]);
        Figures.Print("  worker's processor time", "s", [ProcessorTime.TotalSeconds]);
    }
}
