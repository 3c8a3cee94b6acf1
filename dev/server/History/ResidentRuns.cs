using System.Collections.Concurrent;

namespace EmbeddedTemporal.History;

/// <summary>Limits the runs whose mutable state is in memory, and unloads the oldest idle ones.</summary>
internal sealed class ResidentRuns(int capacity)
{
    /// <summary>How many runs are checked when one is added: more than one, so that the number decreases again after a burst.</summary>
    private const int ChecksPerAddition = 4;

    private readonly ConcurrentQueue<WorkflowRun> residents = new();
    private int count;

    /// <summary>Adds a run whose state was loaded or created.</summary>
    public void Add(WorkflowRun run)
    {
        residents.Enqueue(run);
        Interlocked.Increment(ref count);
        for (var checks = 0; checks < ChecksPerAddition && residents.TryDequeue(out var oldest); checks++)
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
