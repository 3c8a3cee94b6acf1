namespace OrderOrchestration.Partners.Scheduling;

/// <summary>
/// Counts pending work (automatic steps and undelivered events), so that a test can wait for its completion instead of a fixed time.
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
