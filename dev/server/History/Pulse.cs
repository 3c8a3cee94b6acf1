namespace EmbeddedTemporal.History;

/// <summary>Lets any number of waiters hear of the next change. Take <see cref="Next"/> before looking, then look, then wait.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => next.Task;

    public void Beat() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
