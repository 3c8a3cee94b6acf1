using EmbeddedTemporal.Common;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// One queue of tasks and the pollers that wait on it. Tasks go out in the order they came in, or by their priorities where they have any, to the
/// poller that waits longest. Where workers with versions poll, each version has a queue of its own behind this one (<see cref="VersionedQueues"/>).
/// </summary>
internal sealed class TaskQueue
{
    /// <summary>How long after its last poll a worker still counts as being there.</summary>
    private static readonly TimeSpan PollerLife = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RateSpan = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Matcher matcher;
    private readonly PollerHistory pollers = new();
    private readonly TaskQueue? front;
    private VersionedQueues? versions;
    private DateTime lastPoll = DateTime.MinValue;

    public TaskQueue(QueueKind kind, bool isFair = true)
    {
        Kind = kind;
        Settings = new(isFair);
        matcher = new(Settings, ApplyLimits);
    }

    /// <summary>The queue of one worker version, which shares what is configured of the queue in front of it.</summary>
    internal TaskQueue(TaskQueue front)
    {
        this.front = front;
        Kind = front.Kind;
        Settings = front.Settings;
        matcher = new(Settings, ApplyLimits);
    }

    public QueueKind Kind { get; }

    /// <summary>Gets what is configured of the queue.</summary>
    public TaskQueueSettings Settings { get; }

    /// <summary>Gets the queues of worker versions; null as long as no such worker has come.</summary>
    public VersionedQueues? Versions => front is null ? versions : front.versions;

    /// <summary>Gets where tasks without a pin go.</summary>
    public QueueRouting Routing => Versions?.Routing ?? QueueRouting.None;

    /// <summary>Gets when a task last came in (UTC); only known of queues of worker versions.</summary>
    public DateTime LastAdded { get; private set; }

    /// <summary>Gets a value indicating whether a version's queue has tasks, or had any within the span over which rates are measured.</summary>
    public bool HasRecentWork => Backlog > 0 || LastAdded > DateTime.UtcNow - RateSpan;

    public bool HasRecentPoller
    {
        get
        {
            lock (gate)
            {
                return matcher.HasWaiters || lastPoll > DateTime.UtcNow - PollerLife;
            }
        }
    }

    /// <summary>Gets how many tasks wait for workers without a version or, for a version's queue, for that one.</summary>
    public int Backlog
    {
        get
        {
            lock (gate)
            {
                return matcher.Backlog;
            }
        }
    }

    /// <summary>Adds a task: for the worker version that it asks for or is routed to, where there are versions.</summary>
    public void Add(QueuedTask task)
    {
        if (front is not null)
        {
            front.Add(task);
            return;
        }

        lock (gate)
        {
            if (task.IsSticky || (versions is null && task.Directive is not { IsPinned: true }))
            {
                matcher.Offer(task);
                return;
            }
        }

        RequireVersions().Add(task);
    }

    /// <summary>Answers the queue that the workers of a version poll.</summary>
    public TaskQueue Of(WorkerVersion? version) => version is null ? this : RequireVersions().Of(version);

    /// <summary>Answers the queue that a task would go to.</summary>
    public TaskQueue Destination(VersionDirective? directive, string workflowId) =>
        Versions is null && directive is not { IsPinned: true } ? this : RequireVersions().Destination(directive, workflowId);

    /// <summary>Deals waiting tasks out anew.</summary>
    public void Route(QueueRouting routing) => RequireVersions().Route(routing);

    /// <summary>Takes the next task; null when none came in time or the worker was shut down.</summary>
    public async Task<QueuedTask?> TakeAsync(Poller poller, TimeSpan wait, CancellationToken cancellation)
    {
        LinkedListNode<Waiter> node;
        lock (gate)
        {
            lastPoll = DateTime.UtcNow;
            pollers.Note(poller, lastPoll);
            if (matcher.TryTake() is { } ready)
            {
                return ready;
            }

            node = matcher.Wait(poller.WorkerKey);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(wait);
        await using var registration = limit.Token.Register(static waiter => ((Waiter)waiter!).Taken.TrySetResult(null), node.Value);
        var task = await node.Value.Taken.Task;
        lock (gate)
        {
            if (matcher.Leave(node))
            {
                lastPoll = DateTime.UtcNow;
            }
            else if (task is not null)
            {
                lastPoll = DateTime.UtcNow;
            }
        }

        return task;
    }

    /// <summary>A task that was taken was not wanted any more: it does not count against the limits.</summary>
    public void GiveBackShare(QueuedTask task)
    {
        if (Settings.IsLimited)
        {
            Settings.Consume(task, DateTime.UtcNow, -1);
            ApplyLimits();
        }
    }

    /// <summary>Ends the polls of one worker.</summary>
    public void Shutdown(string workerKey)
    {
        lock (gate)
        {
            pollers.Forget(workerKey);
            matcher.Dismiss(workerKey);
        }

        if (front is null)
        {
            versions?.Shutdown(workerKey);
        }
    }

    /// <summary>Ends all polls and answers the tasks that nobody will take any more.</summary>
    public IReadOnlyList<QueuedTask> Unload()
    {
        lock (gate)
        {
            lastPoll = DateTime.MinValue;
            pollers.Clear();
            matcher.Dismiss();
            return matcher.Drain();
        }
    }

    /// <summary>Answers who polled in the last five minutes.</summary>
    public IReadOnlyList<PollerInfo> RecentPollers()
    {
        lock (gate)
        {
            return pollers.Recent();
        }
    }

    /// <summary>Answers who polled in the last five minutes, of all versions.</summary>
    public IReadOnlyList<PollerInfo> AllRecentPollers() => versions is null ? RecentPollers()
        : [.. RecentPollers(), .. versions.All.Values.SelectMany(queue => queue.RecentPollers())];

    /// <summary>Answers how many tasks wait, by priority.</summary>
    public IReadOnlyDictionary<int, int> BacklogByPriority()
    {
        lock (gate)
        {
            return matcher.BacklogByPriority();
        }
    }

    /// <summary>A limit has changed: lets go what may go now.</summary>
    public void ApplyLimits()
    {
        lock (gate)
        {
            matcher.Dispatch();
        }

        if (front is null)
        {
            versions?.ApplyLimits();
        }
    }

    /// <summary>Gives the task to who waits or puts it into this very queue.</summary>
    internal void Enqueue(QueuedTask task)
    {
        lock (gate)
        {
            LastAdded = DateTime.UtcNow;
            matcher.Offer(task);
        }
    }

    /// <summary>Takes all waiting tasks out of this very queue.</summary>
    internal List<QueuedTask> Drain()
    {
        lock (gate)
        {
            return matcher.Drain();
        }
    }

    private VersionedQueues RequireVersions()
    {
        if (front is not null)
        {
            return front.RequireVersions();
        }

        lock (gate)
        {
            return versions ??= new VersionedQueues(this);
        }
    }
}
