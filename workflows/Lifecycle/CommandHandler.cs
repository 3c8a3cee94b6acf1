using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Handles commands of persons: each is accepted or rejected by the current state of the order and decided synchronously. Its effects are carried out
/// by processes.
/// </summary>
internal sealed class CommandHandler(OrderRun run)
{
    private readonly WithdrawnRequests withdrawn = new();

    private Order Order => run.Order;

    /// <summary>Withdraws an update whose caller was answered that it was not handled in time: from now on it is rejected.</summary>
    public void Withdraw(string updateId) => withdrawn.Add(updateId);

    /// <summary>Decides a command synchronously; its effects are carried out by processes.</summary>
    public Task<OrderView> HandleAsync(long seenVersion, Func<Refusal?> validate, Func<DateTimeOffset, IReadOnlyList<DomainEvent>> decide)
    {
        withdrawn.ThrowIfWithdrawn();
        if (seenVersion > Order.Version)
        {
            run.Supersede();
        }

        ThrowIfSuperseded();
        try
        {
            if (validate() is { } refusal)
            {
                throw OrderFailure.Of(refusal);
            }

            run.Record(decide(Workflow.UtcNow));
            run.MarkRequested();
            return Task.FromResult(Order.View());
        }
#pragma warning disable CA1031 // An unexpected exception is reported to the caller and logged for operators; nothing was changed.
        catch (Exception exception) when (exception is not FailureException)
#pragma warning restore CA1031
        {
            UnexpectedWorkflowExceptions.Report(exception, Order.OrderId, "update");
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.UnexpectedError, "An unexpected error; nothing was changed."));
        }
    }

    /// <summary>
    /// Rejects a command that the state does not admit before it enters the history. The handler decides instead if the caller has seen a later
    /// snapshot, or if the order is at rest: that run closes in the same task, and the server drops rejections of a closing run.
    /// </summary>
    public void Validate(long seenVersion, Refusal? refusal)
    {
        if (Order.IsAtRest)
        {
            return;
        }

        withdrawn.ThrowIfWithdrawn();
        if (refusal is not null && seenVersion <= Order.Version)
        {
            // A run that is behind the store must not reject the command by its outdated state.
            ThrowIfSuperseded();
            throw OrderFailure.Of(refusal);
        }
    }

    /// <summary>
    /// Waits for another team's answer; if the team does not answer at the first try, the update returns the state decided so far. If the run turns out
    /// to be behind the stored snapshot, the caller has to repeat the command at the next run, because this run may not have written its decision.
    /// </summary>
    public async Task AwaitTeamAsync(Func<bool> isPending, string process)
    {
        run.Unanswered.Remove(process);
        await Workflow.WaitConditionAsync(() => !isPending() || run.Unanswered.Contains(process) || run.IsSuperseded, CancellationToken.None);
        ThrowIfSuperseded();
    }

    private void ThrowIfSuperseded()
    {
        if (run.IsSuperseded)
        {
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.OrderSuperseded, "The order is being resumed from its snapshot; ask again."));
        }
    }
}
