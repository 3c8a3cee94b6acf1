using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>What a person asks for: admitted or refused by the order as it stands, and decided at once. What follows goes on in its process.</summary>
internal sealed class CommandHandler(OrderRun run)
{
    private readonly WithdrawnRequests withdrawn = new();

    private Order Order => run.Order;

    /// <summary>The caller of an update was answered that it was not handled in time: it is not handled any more.</summary>
    public void Withdraw(string updateId) => withdrawn.Add(updateId);

    /// <summary>Decides a command at once; its effects go on in their process.</summary>
    public Task<OrderView> HandleAsync(long seenVersion, Func<Refusal?> judge, Func<DateTimeOffset, IReadOnlyList<DomainEvent>> decide)
    {
        withdrawn.ThrowIfWithdrawn();
        if (seenVersion > Order.Version)
        {
            run.Supersede();
        }

        ThrowIfSuperseded();
        try
        {
            if (judge() is { } refusal)
            {
                throw OrderFailure.Of(refusal);
            }

            run.Record(decide(Workflow.UtcNow));
            run.MarkRequested();
            return Task.FromResult(Order.View());
        }
#pragma warning disable CA1031 // A surprise is the caller's to know and an operator's to read: nothing was changed.
        catch (Exception surprise) when (surprise is not FailureException)
#pragma warning restore CA1031
        {
            WorkflowSurprises.Report(surprise, Order.OrderId, "update");
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.UnexpectedError, "An unexpected error; nothing was changed."));
        }
    }

    /// <summary>
    /// A command that the state does not admit leaves no trace. One of a caller who has seen a later snapshot is the handler's, and so is one to an order at
    /// rest: its run closes in the same task, and the server gives up rejections of a run that closes.
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
            // What a run that is behind the store thinks of it does not count.
            ThrowIfSuperseded();
            throw OrderFailure.Of(refusal);
        }
    }

    /// <summary>
    /// A team is asked within seconds; where it does not answer in time, what is decided so far is the answer. Whoever waits while the run turns out to be behind
    /// the stored snapshot asks the next run again: this one may not have written what it decided.
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
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.OrderSuperseded, "The order is being taken up from its snapshot; ask again."));
        }
    }
}
