namespace OrderOrchestration.Partners.Scheduling;

/// <summary>
/// Counts what is still under way (steps that will happen by themselves, events not yet delivered), so that a test waits for a fact instead
/// of a while.
/// </summary>
internal sealed class OutstandingWork
{
    private readonly Lock gate = new();
    private long count;
    private TaskCompletionSource? settled;

    public void Begin()
    {
        lock (gate)
        {
            count++;
        }
    }

    public void End()
    {
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            count--;
            if (count == 0)
            {
                waiting = settled;
                settled = null;
            }
        }

        waiting?.SetResult();
    }

    public Task WhenSettledAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (count == 0)
            {
                return Task.CompletedTask;
            }

            settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return settled.Task.WaitAsync(cancellationToken);
        }
    }
}
