namespace EmbeddedTemporal.Common;

/// <summary>Lets any number of waiters hear of the next change. Take <see cref="Next"/> before looking, then look, then wait.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource? next;

    public Task Next
    {
        get
        {
            if (Volatile.Read(ref next) is { } waited)
            {
                return waited.Task;
            }

            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref next, first, null) ?? first).Task;
        }
    }

    public void Beat() => Interlocked.Exchange(ref next, null)?.TrySetResult();
}
