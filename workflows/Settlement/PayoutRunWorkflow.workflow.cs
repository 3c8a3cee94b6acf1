using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// 주간 배치 (seed §5.7), started by the schedule <c>payout-weekly</c> or by hand: sums up the open statements of each seller and starts a <see
/// cref="PayoutWorkflow"/> for each sum above zero. A sum that is not above zero stays open and is carried forward (hotspot 21).
/// </summary>
[Workflow(SettlementTemporal.PayoutRunWorkflow)]
public sealed class PayoutRunWorkflow
{
    private readonly PayoutRun input;
    private readonly SettlementIntervention intervention;
    private readonly string runId;

    [WorkflowInit]
    public PayoutRunWorkflow(PayoutRun input)
    {
        this.input = input;
        runId = input.RunId ?? BusinessDay.Text(BusinessDay.Of(SettlementTemporal.NominalTime()));
        intervention = new SettlementIntervention(new SettlementFailure(runId, string.Empty, default, string.Empty, string.Empty));
    }

    /// <summary>Opens the payouts and starts their workflows, without waiting for their outcome.</summary>
    [WorkflowRun]
    public async Task<PayoutRunSummary> RunAsync(PayoutRun input)
    {
        if (input.Summary is null)
        {
            await RestartEarlierPayoutsAsync();
        }

        var after = input.After;
        var summary = input.Summary ?? new PayoutRunSummary(runId, 0, Won.Zero);
        for (var page = 1; ; page++)
        {
            var payouts = await OpenAsync(after);
            if (payouts.Count == 0)
            {
                await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
                return summary;
            }

            await Workflow.WhenAllAsync(payouts.Select(StartAsync));
            after = payouts[^1].SellerId;
            summary = summary with
            {
                Count = summary.Count + payouts.Count,
                Amount = payouts.Aggregate(summary.Amount, (sum, payout) => sum + payout.Amount),
            };
            Workflow.CurrentDetails = $"Payout run {runId}: {summary.Count} payouts, {summary.Amount}, up to seller {after}.";
            if (page >= input.PagesPerRun || Workflow.ContinueAsNewSuggested)
            {
                await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
                var next = input with { RunId = runId, After = after, Summary = summary };
                throw Workflow.CreateContinueAsNewException((PayoutRunWorkflow run) => run.RunAsync(next));
            }
        }
    }

    [WorkflowUpdate("recover", Description = "Takes the step that waits for an operator again: retry.")]
    public Task RecoverAsync(RecoverCommand command) => intervention.RecoverAsync(command);

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => intervention.Validate(command);

    [WorkflowSignal("recover", Description = "The same as a batch operation; does nothing where nothing waits.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        intervention.RecoverBySignal(command);
        return Task.CompletedTask;
    }

    private async Task<IReadOnlyList<OpenedPayout>> OpenAsync(string? after)
    {
        var step = new OpenPayouts(runId, after, input.SellersPerPage);
        var page = await intervention.StepAsync(SettlementStep.OpenPayouts, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.OpenPayoutsAsync(step), options));
        return page.Payouts;
    }

    /// <summary>Restarts payouts of earlier runs whose workflow was ended in Temporal; starting a payout that still runs has no effect.</summary>
    private async Task RestartEarlierPayoutsAsync()
    {
        string? after = null;
        while (true)
        {
            var step = new FindPayouts(runId, after, input.SellersPerPage);
            var page = await intervention.StepAsync(SettlementStep.OpenPayouts, options =>
                Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.FindPayoutsUnderWayAsync(step), options));
            if (page.Payouts.Count == 0)
            {
                return;
            }

            await Workflow.WhenAllAsync(page.Payouts.Select(StartAsync));
            after = page.Payouts[^1].PayoutId;
        }
    }

    private static async Task StartAsync(OpenedPayout payout)
    {
        try
        {
            await Workflow.StartChildWorkflowAsync(
                (PayoutWorkflow one) => one.RunAsync(payout),
                new()
                {
                    Id = SettlementTemporal.PayoutWorkflowId(payout.PayoutId),
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    IdReusePolicy = Temporalio.Api.Enums.V1.WorkflowIdReusePolicy.AllowDuplicateFailedOnly,
                    StaticSummary = $"{payout.Amount} to seller {payout.SellerId}",
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // The payout is in progress, or has ended.
        }
    }
}

/// <summary>A payout run.</summary>
/// <param name="RunId">Id of a run that was started by hand; a scheduled run has its day as id.</param>
public sealed record PayoutRun(
    string? RunId = null, string? After = null, PayoutRunSummary? Summary = null, int SellersPerPage = 100, int PagesPerRun = 10);

/// <summary>The payouts that a run has requested.</summary>
public sealed record PayoutRunSummary(string RunId, long Count, Won Amount);
