using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// 결제 대사 of the night, started by the schedule <c>payment-reconciliation</c>: compares every missed or failed day and then yesterday, one after the
/// other. Yesterday is the day before the scheduled time, even if the run starts late.
/// </summary>
[Workflow(ReconciliationTemporal.DailyWorkflow)]
public sealed class ReconciliationDailyWorkflow
{
    /// <summary>The nominal time of a scheduled run, even if the workflow started late.</summary>
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

    // Retried without a limit, because an operator has nothing to decide here.
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
            // The day was started by hand and is being compared.
        }
        catch (ChildWorkflowFailureException)
        {
            // It was ended in Temporal: the next night's run finds the day again.
        }
    }
}
