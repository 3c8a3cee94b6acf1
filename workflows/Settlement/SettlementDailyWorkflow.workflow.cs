using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// 야간 배치 (seed §5.7), started by the schedule <c>settlement-daily</c>: settles every missed day and then yesterday, each on its own and one after the
/// other. Yesterday is the day before the scheduled time, even if the run starts late.
/// </summary>
[Workflow(SettlementTemporal.DailyWorkflow)]
public sealed class SettlementDailyWorkflow
{
    [WorkflowRun]
    public async Task RunAsync()
    {
        var yesterday = BusinessDay.Of(SettlementTemporal.NominalTime()).AddDays(-1);
        DateOnly? after = null;
        while (await FindDayAsync(after, yesterday) is { } day)
        {
            await SettleAsync(day);
            after = day;
        }
    }

    // Retried without a limit, because an operator has nothing to decide here.
    private static Task<DateOnly?> FindDayAsync(DateOnly? after, DateOnly yesterday) => Workflow.ExecuteActivityAsync(
        (ISettlementSteps own) => own.FindDayToSettleAsync(new FindDay(after, yesterday)), SettlementStep.FindDay.Options(timeout: null, CancellationToken.None));

    private static async Task SettleAsync(DateOnly day)
    {
        try
        {
            await Workflow.ExecuteChildWorkflowAsync(
                (SettlementWorkflow settlement) => settlement.RunAsync(new SettleDay(day)),
                new()
                {
                    Id = SettlementTemporal.DayWorkflowId(day),
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    StaticSummary = "settlement of " + BusinessDay.Text(day),
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // The day was started by hand and is being settled.
        }
    }
}
