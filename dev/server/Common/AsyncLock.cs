namespace EmbeddedTemporal.Common;

/// <summary>An asynchronous, fair mutual exclusion lock; waiters do not block a thread.</summary>
internal sealed class AsyncLock
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<Releaser>> waiting = new();
    private bool isHeld;

    public ValueTask<Releaser> EnterAsync()
    {
        lock (gate)
        {
            if (!isHeld)
            {
                isHeld = true;
                return new ValueTask<Releaser>(new Releaser(this));
            }

            var waiter = new TaskCompletionSource<Releaser>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(waiter);
            return new ValueTask<Releaser>(waiter.Task);
        }
    }

    /// <summary>Acquires the lock if it is free; never waits.</summary>
    public bool TryEnter(out Releaser releaser)
    {
        lock (gate)
        {
            releaser = new Releaser(this);
            if (isHeld)
            {
                return false;
            }

            return isHeld = true;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            if (waiting.TryDequeue(out var next))
            {
                next.SetResult(new Releaser(this));
                return;
            }

            isHeld = false;
        }
    }

    /// <summary>Releases the lock when disposed.</summary>
    internal readonly struct Releaser(AsyncLock owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
