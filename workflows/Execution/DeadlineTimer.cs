using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// The deadlines of an order's processes behind one Temporal timer at a time. The timer is left running while a deadline moves away: when it fires,
/// the next one is set. So a deadline that never elapses costs nothing of its own.
/// </summary>
public sealed class DeadlineTimer
{
    private readonly List<(DateTimeOffset At, string Summary)> waiting = [];
    private DateTimeOffset? armedFor;

    /// <summary>Waits until a condition holds or a deadline has elapsed.</summary>
    /// <param name="summary">The timer's summary in the Temporal Web UI.</param>
    /// <returns>Whether the condition holds; <c>false</c>: timeout.</returns>
    public async Task<bool> WaitAsync(Func<bool> condition, DateTimeOffset deadline, string summary, CancellationToken cancellationToken)
    {
        var entry = (deadline, summary);
        waiting.Add(entry);
        Arm();
        try
        {
            await Workflow.WaitConditionAsync(() => condition() || Workflow.UtcNow >= deadline, cancellationToken);
            return condition();
        }
        finally
        {
            waiting.Remove(entry);
        }
    }

    private void Arm()
    {
        // Whoever waits for a deadline that has elapsed is woken in this same task, and is still among them: it hides none that lies ahead.
        var ahead = waiting.Where(entry => entry.At > Workflow.UtcNow).ToList();
        if (ahead.Count == 0)
        {
            return;
        }

        var (at, summary) = ahead.MinBy(entry => entry.At);
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
