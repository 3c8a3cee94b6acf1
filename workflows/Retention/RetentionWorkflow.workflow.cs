using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Retention;

/// <summary>
/// Erases personal data past its retention period (contract §6), started every night by the schedule <c>retention-daily</c>: customers whose last order
/// ended longer ago than <see cref="OrderPolicies.PersonalDataRetention"/>, carts, tokens, ids of events, idempotency keys and delivered notifications
/// past their retention period.
/// </summary>
[Workflow(RetentionTemporal.DailyWorkflow)]
public sealed class RetentionWorkflow
{
    private static readonly ActivityStep Purge = new("purge", "delete carts, ids and delivered notifications past their time", CallTime: 300);
    private static readonly ActivityStep EraseMembers = new("erase-members", "destroy the keys of a page of members whose time is up", CallTime: 300);
    private static readonly ActivityStep EraseGuests = new("erase-guests", "destroy the keys of a page of guests whose time is up", CallTime: 300);

    /// <param name="progress">The progress of an earlier run of the night; absent at the beginning.</param>
    [WorkflowRun]
    public async Task RunAsync(RetentionProgress? progress = null)
    {
        var reached = progress ?? new RetentionProgress(RetentionPart.Members, string.Empty);
        if (progress is null)
        {
            await Workflow.ExecuteActivityAsync((IRetentionSteps own) => own.PurgeAsync(), Options(Purge));
        }

        while (await EraseAsync(reached) is { } next)
        {
            reached = next;
            if (Workflow.ContinueAsNewSuggested)
            {
                throw Workflow.CreateContinueAsNewException((RetentionWorkflow retention) => retention.RunAsync(reached));
            }
        }
    }

    /// <summary>Erases a page; <c>null</c>: no customer is left.</summary>
    private static async Task<RetentionProgress?> EraseAsync(RetentionProgress reached)
    {
        if (reached.Part == RetentionPart.Members)
        {
            var upTo = await Workflow.ExecuteActivityAsync((IRetentionSteps own) => own.EraseMembersAsync(reached.After), Options(EraseMembers));
            return upTo is null ? new RetentionProgress(RetentionPart.Guests, string.Empty) : reached with { After = upTo };
        }

        var last = await Workflow.ExecuteActivityAsync((IRetentionSteps own) => own.EraseGuestsAsync(reached.After), Options(EraseGuests));
        return last is null ? null : reached with { After = last };
    }

    // Retried without a limit, because an operator has nothing to decide here.
    private static ActivityOptions Options(ActivityStep step) => step.Options(timeout: null, CancellationToken.None);
}
