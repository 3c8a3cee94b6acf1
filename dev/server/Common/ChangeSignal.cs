namespace EmbeddedTemporal.Common;

/// <summary>Notifies any number of waiters of the next change. Read <see cref="Next"/> before checking the condition, then await it.</summary>
internal sealed class ChangeSignal
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
