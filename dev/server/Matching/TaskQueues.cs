using System.Collections.Concurrent;

namespace EmbeddedTemporal.Matching;

/// <summary>What kind of task a queue holds: queues of different kinds share names.</summary>
internal enum QueueKind
{
    Workflow,
    Activity,
    Nexus,
}

/// <summary>All task queues by namespace, name and kind. They come into being when first named.</summary>
internal sealed class TaskQueues
{
    private readonly ConcurrentDictionary<(string Namespace, string Name, QueueKind Kind), TaskQueue> queues = new();

    public TaskQueue Get(string namespaceName, string name, QueueKind kind) => queues.GetOrAdd((namespaceName, name, kind), static _ => new TaskQueue());

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
