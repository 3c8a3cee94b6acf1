using EmbeddedTemporal.Time;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>One queue of tasks and the pollers that wait on it. Tasks go out in the order they came in, to the poller that waits longest.</summary>
internal sealed class TaskQueue
{
    /// <summary>How long after its last poll a worker still counts as being there.</summary>
    private static readonly TimeSpan PollerLife = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Queue<QueuedTask> tasks = new();
    private readonly LinkedList<Waiter> waiters = new();
    private readonly Dictionary<string, DateTime> pollers = [];
    private DateTime lastPoll = DateTime.MinValue;

    public bool HasRecentPoller
    {
        get
        {
            lock (gate)
            {
                return waiters.Count > 0 || lastPoll > DateTime.UtcNow - PollerLife;
            }
        }
    }

    public int Backlog
    {
        get
        {
            lock (gate)
            {
                return tasks.Count;
            }
        }
    }

    public void Add(QueuedTask task)
    {
        lock (gate)
        {
            while (waiters.First is { } first)
            {
                waiters.RemoveFirst();
                if (first.Value.Taken.TrySetResult(task))
                {
                    return;
                }
            }

            tasks.Enqueue(task);
        }
    }

    /// <summary>Takes the next task; null when none came in time or the worker was shut down.</summary>
    public async Task<QueuedTask?> TakeAsync(string identity, string workerKey, TimeSpan wait, CancellationToken cancellation)
    {
        LinkedListNode<Waiter> node;
        lock (gate)
        {
            lastPoll = DateTime.UtcNow;
            pollers[identity] = lastPoll;
            if (tasks.TryDequeue(out var ready))
            {
                return ready;
            }

            node = waiters.AddLast(new Waiter(workerKey));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(wait);
        await using var registration = limit.Token.Register(static waiter => ((Waiter)waiter!).Taken.TrySetResult(null), node.Value);
        var task = await node.Value.Taken.Task;
        lock (gate)
        {
            if (node.List is not null)
            {
                waiters.Remove(node);
                lastPoll = DateTime.UtcNow;
            }
            else if (task is not null)
            {
                lastPoll = DateTime.UtcNow;
            }
        }

        return task;
    }

    /// <summary>Ends the polls of one worker.</summary>
    public void Shutdown(string workerKey)
    {
        lock (gate)
        {
            foreach (var waiter in waiters.Where(waiter => waiter.WorkerKey == workerKey).ToList())
            {
                waiters.Remove(waiter);
                waiter.Taken.TrySetResult(null);
            }
        }
    }

    /// <summary>Ends all polls and answers the tasks that nobody will take any more.</summary>
    public IReadOnlyList<QueuedTask> Unload()
    {
        lock (gate)
        {
            lastPoll = DateTime.MinValue;
            pollers.Clear();
            foreach (var waiter in waiters)
            {
                waiter.Taken.TrySetResult(null);
            }

            waiters.Clear();
            var left = tasks.ToList();
            tasks.Clear();
            return left;
        }
    }

    /// <summary>Answers who polled in the last five minutes.</summary>
    public IReadOnlyList<PollerInfo> RecentPollers()
    {
        lock (gate)
        {
            var since = DateTime.UtcNow.AddMinutes(-5);
            return [.. pollers.Where(poller => poller.Value > since)
                .Select(poller => new PollerInfo { Identity = poller.Key, LastAccessTime = poller.Value.ToProto(), RatePerSecond = 100_000 })];
        }
    }

    private sealed class Waiter(string workerKey)
    {
        public string WorkerKey { get; } = workerKey;

        public TaskCompletionSource<QueuedTask?> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
