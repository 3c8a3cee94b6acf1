using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// The queues of the worker versions of one task queue. A pinned task is added to the queue of its version; any other is routed, and is moved when the
/// routing changes (real server: task_queue_partition_manager.go, getPhysicalQueuesForAdd).
/// </summary>
internal sealed class VersionedQueues(TaskQueue unversioned)
{
    private readonly Lock gate = new();
    private readonly Dictionary<WorkerVersion, TaskQueue> queues = [];
    private volatile QueueRouting routing = QueueRouting.None;
    private long sequence;

    public QueueRouting Routing => routing;

    /// <summary>Gets the queues that exist, by version.</summary>
    public IReadOnlyDictionary<WorkerVersion, TaskQueue> All
    {
        get
        {
            lock (gate)
            {
                return new Dictionary<WorkerVersion, TaskQueue>(queues);
            }
        }
    }

    public void Add(QueuedTask task)
    {
        lock (gate)
        {
            task.Sequence = ++sequence;
            Find(task.Directive, task.WorkflowId).Enqueue(task);
        }
    }

    public TaskQueue Of(WorkerVersion version)
    {
        lock (gate)
        {
            return Require(version);
        }
    }

    /// <summary>Returns the queue that a task would be added to.</summary>
    public TaskQueue Destination(VersionDirective? directive, string workflowId)
    {
        lock (gate)
        {
            return Find(directive, workflowId);
        }
    }

    /// <summary>Sets the routing and redistributes the backlog in the original order.</summary>
    public void Route(QueueRouting changed)
    {
        lock (gate)
        {
            routing = changed;
            foreach (var task in queues.Values.Prepend(unversioned).SelectMany(queue => queue.Drain()).OrderBy(task => task.Sequence).ToList())
            {
                Find(task.Directive, task.WorkflowId).Enqueue(task);
            }
        }
    }

    public void Shutdown(string workerKey) => ForEach(queue => queue.Shutdown(workerKey));

    public void ApplyLimits() => ForEach(queue => queue.ApplyLimits());

    private void ForEach(Action<TaskQueue> action)
    {
        foreach (var queue in All.Values)
        {
            action(queue);
        }
    }

    private TaskQueue Find(VersionDirective? directive, string workflowId)
    {
        if (directive is { IsPinned: true, Version: { } pinned } && IsBound(pinned))
        {
            return Require(pinned);
        }

        var (target, _) = routing.Target(workflowId, directive?.UsesRampingVersion ?? false);
        return target is null ? unversioned : Require(target);
    }

    /// <summary>Whether the pinned version applies: for an activity only if that version polls the queue; otherwise the queue's own routing applies.</summary>
    private bool IsBound(WorkerVersion pinned) => unversioned.Kind != QueueKind.Activity || routing.Members.Contains(pinned);

    private TaskQueue Require(WorkerVersion version) =>
        queues.TryGetValue(version, out var known) ? known : queues[version] = new TaskQueue(unversioned);
}
