using System.Collections.Concurrent;
using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.Matching;

/// <summary>All task queues by namespace, name and kind. They are created on first use.</summary>
/// <param name="isFair">Whether fairness is enabled within a priority.</param>
internal sealed class TaskQueues(bool isFair = true)
{
    private readonly ConcurrentDictionary<(string Namespace, string Name, QueueKind Kind), TaskQueue> queues = new();

    public TaskQueue Get(string namespaceName, string name, QueueKind kind) =>
        queues.GetOrAdd((namespaceName, name, kind), static (key, isFair) => new TaskQueue(key.Kind, isFair), isFair);

    /// <summary>Ends every poll of a worker that is shutting down.</summary>
    public void ShutdownWorker(string workerKey)
    {
        if (workerKey.Length == 0)
        {
            return;
        }

        foreach (var queue in queues.Values)
        {
            queue.Shutdown(workerKey);
        }
    }
}
