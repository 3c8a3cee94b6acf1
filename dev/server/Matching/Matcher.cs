namespace EmbeddedTemporal.Matching;

/// <summary>A poll that waits.</summary>
internal sealed class Waiter(string workerKey)
{
    public string WorkerKey { get; } = workerKey;

    /// <summary>Gets what it was given; null for nothing.</summary>
    public TaskCompletionSource<QueuedTask?> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Brings tasks and polls together as the limits allow. Not thread-safe; either tasks wait or polls do, unless a limit holds tasks back.</summary>
/// <param name="retry">What is called, by a timer, when the limits let the next task go; it is to dispatch under the owner's lock.</param>
internal sealed class Matcher(TaskQueueSettings settings, Action retry)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TaskBacklog backlog = new(settings);
    private readonly LinkedList<Waiter> waiters = new();
    private Timer? limitTimer;

    public bool HasWaiters => waiters.Count > 0;

    public int Backlog => backlog.Count;

    public IReadOnlyDictionary<int, int> BacklogByPriority() => backlog.CountByPriority();

    /// <summary>Gives a task to the poll that waits longest, or keeps it.</summary>
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

    /// <summary>Gives out what waits and may go.</summary>
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

    /// <summary>Takes the first task if the limits let it go; else there is another look when they do.</summary>
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

    /// <summary>Adds a poll that waits.</summary>
    public LinkedListNode<Waiter> Wait(string workerKey) => waiters.AddLast(new Waiter(workerKey));

    /// <summary>Takes a poll out; false when it was taken out already, with a task or without.</summary>
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

    /// <summary>Takes all waiting tasks out.</summary>
    public List<QueuedTask> Drain() => backlog.Drain();
}
