using EmbeddedTemporal.Common;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// A task queue, which has one partition, and its pollers. Tasks are dispatched in the order of arrival, or by priority if they have any, to the
/// longest waiting poller. Each worker version has its own queue behind this one (<see cref="VersionedQueues"/>).
/// </summary>
internal sealed class TaskQueue
{
    /// <summary>How long after the last poll a queue still counts as having a poller.</summary>
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

    /// <summary>Initializes the queue of one worker version, which shares the settings of the queue in front of it.</summary>
    internal TaskQueue(TaskQueue front)
    {
        this.front = front;
        Kind = front.Kind;
        Settings = front.Settings;
        matcher = new(Settings, ApplyLimits);
    }

    public QueueKind Kind { get; }

    /// <summary>Gets the rate limits and fairness weights.</summary>
    public TaskQueueSettings Settings { get; }

    /// <summary>Gets the queues of worker versions; null as long as there are none.</summary>
    public VersionedQueues? Versions => front is null ? versions : front.versions;

    /// <summary>Gets the routing of unpinned tasks.</summary>
    public QueueRouting Routing => Versions?.Routing ?? QueueRouting.None;

    /// <summary>Gets the time when a task was last added (UTC); only set for queues of worker versions.</summary>
    public DateTime LastAdded { get; private set; }

    /// <summary>Gets a value indicating whether a version's queue has a backlog, or got a task within the span over which rates are measured.</summary>
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

    /// <summary>Gets the number of tasks in this queue: those for unversioned workers or, in a version's queue, for that version.</summary>
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

    /// <summary>Adds a task, to the queue of the worker version that it is pinned or routed to if there are versions.</summary>
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

    /// <summary>Returns the queue that the workers of a version poll.</summary>
    public TaskQueue Of(WorkerVersion? version) => version is null ? this : RequireVersions().Of(version);

    /// <summary>Returns the queue that a task would be added to.</summary>
    public TaskQueue Destination(VersionDirective? directive, string workflowId) =>
        Versions is null && directive is not { IsPinned: true } ? this : RequireVersions().Destination(directive, workflowId);

    /// <summary>Sets the routing and redistributes the backlog.</summary>
    public void Route(QueueRouting routing) => RequireVersions().Route(routing);

    /// <summary>Polls for the next task; null after the timeout or when the worker is shut down.</summary>
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

    /// <summary>Returns the rate limit token of a polled task that turned out to be stale.</summary>
    public void ReturnRateLimitToken(QueuedTask task)
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

    /// <summary>Ends all polls, and removes and returns the backlog.</summary>
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

    /// <summary>Returns the pollers of the last five minutes.</summary>
    public IReadOnlyList<PollerInfo> RecentPollers()
    {
        lock (gate)
        {
            return pollers.Recent();
        }
    }

    /// <summary>Returns the pollers of the last five minutes, of all versions.</summary>
    public IReadOnlyList<PollerInfo> AllRecentPollers() => versions is null ? RecentPollers()
        : [.. RecentPollers(), .. versions.All.Values.SelectMany(queue => queue.RecentPollers())];

    /// <summary>Returns the number of tasks by priority.</summary>
    public IReadOnlyDictionary<int, int> BacklogByPriority()
    {
        lock (gate)
        {
            return matcher.BacklogByPriority();
        }
    }

    /// <summary>Dispatches what the rate limits allow, after a limit has changed or its time has come.</summary>
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

    /// <summary>Adds the task to this queue, regardless of its version directive.</summary>
    internal void Enqueue(QueuedTask task)
    {
        lock (gate)
        {
            LastAdded = DateTime.UtcNow;
            matcher.Offer(task);
        }
    }

    /// <summary>Removes and returns the backlog of this queue.</summary>
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
