namespace EmbeddedTemporal.Time;

/// <summary>
/// The clock of a server: wall time plus the skipped time. While the lock count is zero, it skips to the next timer instead of
/// waiting for it; otherwise it runs with wall time. A lock is held while a timer's callback runs, so that time does not
/// skip during the work that a timer has started.
/// </summary>
internal sealed class VirtualClock : IDisposable
{
    /// <summary>The number of cancelled timers in the queue from which they are removed.</summary>
    private const int SweepFrom = 1000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Time is not skipped beyond this, because later times would exceed the range of DateTime.</summary>
    private static readonly DateTime EndOfSkipping = new(9000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly Lock gate = new();
    private readonly PriorityQueue<ClockTimer, (DateTime Due, long Sequence)> queue = new();
    private readonly Timer waker;
    private readonly Action countCancelled;
    private int cancelled;
    private TimeSpan skipped;
    private long sequence;
    private int locks;
    private bool disposed;

    public VirtualClock(bool skipsTime)
    {
        locks = skipsTime ? 0 : 1;
        countCancelled = () => Interlocked.Increment(ref cancelled);
        waker = new Timer(static clock => ((VirtualClock)clock!).Pump(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Gets the server's current time (UTC).</summary>
    public DateTime UtcNow
    {
        get
        {
            lock (gate)
            {
                return DateTime.UtcNow + skipped;
            }
        }
    }

    /// <summary>Increments the lock count; time does not skip until <see cref="Unlock"/> was called equally often.</summary>
    public void Lock()
    {
        lock (gate)
        {
            locks++;
        }
    }

    /// <summary>Decrements the lock count; at zero, time skips to the next timer.</summary>
    public void Unlock()
    {
        lock (gate)
        {
            locks--;
            if (locks > 0)
            {
                return;
            }
        }

        Pump();
    }

    /// <summary>Runs the callback once the time is reached, unless the timer is cancelled before.</summary>
    public ClockTimer Schedule(DateTime due, Func<Task> callback)
    {
        var timer = new ClockTimer(due, callback, countCancelled);
        lock (gate)
        {
            SweepCancelled();
            queue.Enqueue(timer, (due, sequence++));
            if (queue.Peek() != timer)
            {
                return timer;
            }
        }

        Pump();
        return timer;
    }

    /// <summary>Completes when the given time is reached.</summary>
    public Task WaitUntilAsync(DateTime due)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Schedule(due, () =>
        {
            reached.TrySetResult();
            return Task.CompletedTask;
        });
        return reached.Task;
    }

    /// <summary>Decrements the lock count until <paramref name="due"/> is reached.</summary>
    public Task SkipUntilAsync(DateTime due)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Schedule(due, () =>
        {
            Lock();
            reached.TrySetResult();
            return Task.CompletedTask;
        });
        Unlock();
        return reached.Task;
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            queue.Clear();
        }

        waker.Dispose();
    }

    private void Pump()
    {
        lock (gate)
        {
            while (!disposed && queue.TryPeek(out var timer, out var key))
            {
                if (timer.IsCancelled)
                {
                    queue.Dequeue();
                    Interlocked.Decrement(ref cancelled);
                    continue;
                }

                var wait = key.Due - (DateTime.UtcNow + skipped);
                if (wait > TimeSpan.Zero && locks <= 0 && key.Due < EndOfSkipping)
                {
                    skipped += wait;
                    wait = TimeSpan.Zero;
                }

                if (wait > TimeSpan.Zero)
                {
                    waker.Change(wait < LongestWait ? wait + TimeSpan.FromMilliseconds(1) : LongestWait, Timeout.InfiniteTimeSpan);
                    return;
                }

                queue.Dequeue();
                if (timer.Take() is { } callback)
                {
                    locks++;
                    _ = Task.Run(() => FireAsync(callback));
                }
                else
                {
                    Interlocked.Decrement(ref cancelled);
                }
            }
        }
    }

    /// <summary>Removes cancelled timers: every workflow task has a timeout that is almost always cancelled, and the queue must not grow with them.</summary>
    private void SweepCancelled()
    {
        if (cancelled < SweepFrom || cancelled < queue.Count / 2)
        {
            return;
        }

        var waiting = queue.UnorderedItems.Where(item => !item.Element.IsCancelled).ToList();
        Interlocked.Add(ref cancelled, waiting.Count - queue.Count);
        queue.Clear();
        queue.EnqueueRange(waiting);
    }

    private async Task FireAsync(Func<Task> callback)
    {
        try
        {
            await callback();
        }
        finally
        {
            Unlock();
        }
    }
}
