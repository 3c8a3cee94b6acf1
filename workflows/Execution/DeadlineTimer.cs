using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// Multiplexes the deadlines of an order's processes onto one Temporal timer at a time. A timer whose deadline is dropped is not cancelled: when it
/// fires, the timer of the next deadline is started. A deadline that is dropped before that needs no timer of its own.
/// </summary>
public sealed class DeadlineTimer
{
    private readonly List<(DateTimeOffset At, string Summary)> deadlines = [];
    private DateTimeOffset? armedFor;

    /// <summary>Waits until a condition holds or a deadline has elapsed.</summary>
    /// <param name="summary">The timer's summary in the Temporal Web UI.</param>
    /// <returns>Whether the condition holds; <c>false</c>: timeout.</returns>
    public async Task<bool> WaitAsync(Func<bool> condition, DateTimeOffset deadline, string summary, CancellationToken cancellationToken)
    {
        var entry = (deadline, summary);
        deadlines.Add(entry);
        Arm();
        try
        {
            await Workflow.WaitConditionAsync(() => condition() || Workflow.UtcNow >= deadline, cancellationToken);
            return condition();
        }
        finally
        {
            deadlines.Remove(entry);
        }
    }

    private void Arm()
    {
        // An elapsed deadline stays in the list until its waiter resumes in this same workflow task. It is filtered out, so that it does not hide a
        // later one.
        var pending = deadlines.Where(entry => entry.At > Workflow.UtcNow).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        var (at, summary) = pending.MinBy(entry => entry.At);
        if (armedFor is null || at < armedFor)
        {
            armedFor = at;
            _ = FireAsync(at, summary);
        }
    }

    private async Task FireAsync(DateTimeOffset at, string summary)
    {
        await Workflow.DelayWithOptionsAsync(new DelayOptions(at - Workflow.UtcNow, summary, CancellationToken.None));
        if (armedFor == at)
        {
            armedFor = null;
            Arm();
        }
    }
}
