namespace EmbeddedTemporal.Common;

/// <summary>A mailbox of one: who enters works alone, the others wait their turn without holding a thread.</summary>
internal sealed class AsyncLock
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<Releaser>> waiting = new();
    private bool taken;

    public ValueTask<Releaser> EnterAsync()
    {
        lock (gate)
        {
            if (!taken)
            {
                taken = true;
                return new ValueTask<Releaser>(new Releaser(this));
            }

            var turn = new TaskCompletionSource<Releaser>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return new ValueTask<Releaser>(turn.Task);
        }
    }

    /// <summary>Enters if nobody is in; never waits.</summary>
    public bool TryEnter(out Releaser turn)
    {
        lock (gate)
        {
            turn = new Releaser(this);
            if (taken)
            {
                return false;
            }

            return taken = true;
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

            taken = false;
        }
    }

    /// <summary>Lets the next one in when disposed.</summary>
    internal readonly struct Releaser(AsyncLock owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
