namespace EmbeddedTemporal.Matching;

/// <summary>A waiting poll.</summary>
internal sealed class Waiter(string workerKey)
{
    public string WorkerKey { get; } = workerKey;

    /// <summary>Gets the matched task; null if the poll ends without one.</summary>
    public TaskCompletionSource<QueuedTask?> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Matches tasks with polls within the rate limits. Not thread-safe. Tasks and polls wait at the same time only because of a rate limit.</summary>
/// <param name="retry">Called by a timer when the rate limits allow the next task; it has to dispatch under the owner's lock.</param>
internal sealed class Matcher(TaskQueueSettings settings, Action retry)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TaskBacklog backlog = new(settings);
    private readonly LinkedList<Waiter> waiters = new();
    private Timer? limitTimer;

    public bool HasWaiters => waiters.Count > 0;

    public int Backlog => backlog.Count;

    public IReadOnlyDictionary<int, int> BacklogByPriority() => backlog.CountByPriority();

    /// <summary>Matches a task with the longest waiting poll (sync match), or adds it to the backlog.</summary>
    public void Offer(QueuedTask task)
    {
        if (settings.IsLimited)
        {
            backlog.Enqueue(task);
            Dispatch();
            return;
        }

        while (waiters.First is { } first)
        {
            waiters.RemoveFirst();
            if (first.Value.Taken.TrySetResult(task))
            {
                return;
            }
        }

        backlog.Enqueue(task);
    }

    /// <summary>Matches the backlog with waiting polls as far as the rate limits allow.</summary>
    public void Dispatch()
    {
        while (waiters.First is { } first && backlog.Count > 0)
        {
            if (first.Value.Taken.Task.IsCompleted)
            {
                waiters.RemoveFirst();
            }
            else if (TryTake() is not { } task)
            {
                return;
            }
            else
            {
                waiters.RemoveFirst();
                if (!first.Value.Taken.TrySetResult(task))
                {
                    backlog.Enqueue(task);
                }
            }
        }
    }

    /// <summary>Takes the first task of the backlog if the rate limits allow it; otherwise a timer dispatches it later.</summary>
    public QueuedTask? TryTake()
    {
        if (!settings.IsLimited)
        {
            return backlog.TryDequeue(out var next) ? next : null;
        }

        var now = DateTime.UtcNow;
        if (backlog.Peek() is not { } first || settings.Wait(first, now) is not { } wait)
        {
            return null;
        }

        if (wait > TimeSpan.Zero)
        {
            limitTimer ??= new Timer(static retry => ((Action)retry!)(), retry, Timeout.Infinite, Timeout.Infinite);
            limitTimer.Change(wait < LongestWait ? wait + TimeSpan.FromMilliseconds(1) : LongestWait, Timeout.InfiniteTimeSpan);
            return null;
        }

        settings.Consume(first, now);
        return backlog.TryDequeue(out var task) ? task : null;
    }

    /// <summary>Adds a waiting poll.</summary>
    public LinkedListNode<Waiter> Wait(string workerKey) => waiters.AddLast(new Waiter(workerKey));

    /// <summary>Removes a poll; false when it was removed already, with or without a task.</summary>
    public bool Leave(LinkedListNode<Waiter> node)
    {
        if (node.List is null)
        {
            return false;
        }

        waiters.Remove(node);
        return true;
    }

    /// <summary>Ends the polls of one worker, or of all.</summary>
    public void Dismiss(string? workerKey = null)
    {
        foreach (var waiter in waiters.Where(waiter => workerKey is null || waiter.WorkerKey == workerKey).ToList())
        {
            waiters.Remove(waiter);
            waiter.Taken.TrySetResult(null);
        }
    }

    /// <summary>Removes and returns all tasks of the backlog.</summary>
    public List<QueuedTask> Drain() => backlog.Drain();
}
