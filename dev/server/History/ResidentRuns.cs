using System.Collections.Concurrent;

namespace EmbeddedTemporal.History;

/// <summary>Keeps the states of the runs that were used last in memory, and lets go of the others'.</summary>
internal sealed class ResidentRuns(int capacity)
{
    /// <summary>How many runs are looked at when one comes in: more than one, so that the number falls again after a rush.</summary>
    private const int LooksPerArrival = 4;

    private readonly ConcurrentQueue<WorkflowRun> residents = new();
    private int count;

    /// <summary>Takes a run in whose state has come into memory.</summary>
    public void Add(WorkflowRun run)
    {
        residents.Enqueue(run);
        Interlocked.Increment(ref count);
        for (var look = 0; look < LooksPerArrival && residents.TryDequeue(out var oldest); look++)
        {
            if (oldest.IsUnloaded || (Volatile.Read(ref count) > capacity && oldest.TryUnload()))
            {
                Interlocked.Decrement(ref count);
            }
            else
            {
                residents.Enqueue(oldest);
            }
        }
    }
}
