using OrderOrchestration.Workflows.State;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Processes;

/// <summary>One timer for whatever comes next: it is left running while the deadline stays the same, however much happens meanwhile.</summary>
internal sealed class Alarm
{
    private Deadline? set;
    private Action? cancelRunning;

    /// <summary>The deadline that has passed.</summary>
    public Deadline? Rang { get; private set; }

    public void Set(Deadline? deadline)
    {
        if (set == deadline)
        {
            return;
        }

        cancelRunning?.Invoke();
        cancelRunning = null;
        Rang = null;
        set = deadline;
        if (deadline is not null)
        {
            _ = RingAsync(deadline);
        }
    }

    private async Task RingAsync(Deadline deadline)
    {
        var delay = deadline.At - Workflow.UtcNow;
        if (delay > TimeSpan.Zero)
        {
            using var cancellation = new CancellationTokenSource();
            cancelRunning = cancellation.Cancel;
            try
            {
                await Workflow.DelayWithOptionsAsync(new DelayOptions(delay, deadline.Summary, cancellation.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        // A timer that was cancelled in the task it fired in belongs to a deadline nobody waits for any more.
        if (set == deadline)
        {
            cancelRunning = null;
            Rang = deadline;
        }
    }
}
