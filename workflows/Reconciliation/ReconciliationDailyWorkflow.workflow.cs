using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// 결제 대사 of the night, started by the schedule <c>payment-reconciliation</c>: compares yesterday, and before it every day that was missed or failed, one
/// after the other. Yesterday is the day before the time the schedule meant, however late it gets its turn.
/// </summary>
[Workflow(ReconciliationTemporal.DailyWorkflow)]
public sealed class ReconciliationDailyWorkflow
{
    /// <summary>The moment a schedule meant, however late it started the workflow.</summary>
    private static readonly SearchAttributeKey<DateTimeOffset> ScheduledStartTime = SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime");

    [WorkflowRun]
    public async Task RunAsync()
    {
        var nominal = Workflow.TypedSearchAttributes.TryGetValue(ScheduledStartTime, out var scheduled) ? scheduled : Workflow.UtcNow;
        var yesterday = BusinessDay.Of(nominal).AddDays(-1);
        DateOnly? after = null;
        while (await FindDayAsync(after, yesterday) is { } day)
        {
            await ReconcileAsync(day);
            after = day;
        }
    }

    // Repeated for as long as it takes: there is nothing here that an operator could decide.
    private static Task<DateOnly?> FindDayAsync(DateOnly? after, DateOnly yesterday) => Workflow.ExecuteActivityAsync(
        (IReconciliationActivities own) => own.FindDayToReconcileAsync(after, yesterday),
        ReconciliationStep.FindDay.Options(timeout: null, CancellationToken.None));

    private static async Task ReconcileAsync(DateOnly day)
    {
        try
        {
            await Workflow.ExecuteChildWorkflowAsync(
                (ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(new ReconcileDay(day)),
                new()
                {
                    Id = ReconciliationTemporal.DayWorkflowId(day),
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    StaticSummary = "reconciliation of " + BusinessDay.Text(day),
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // Somebody runs the day by hand at this moment: it is being compared.
        }
        catch (ChildWorkflowFailureException)
        {
            // Somebody ended it in Temporal: the day is found again tomorrow.
        }
    }
}
