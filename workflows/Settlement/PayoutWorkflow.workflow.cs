using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// 정산금 지급 (seed §5.7): one payout, from its request at the finance team to the event that tells how it ended. Money that was asked for is followed
/// to its end: cancelling this workflow changes nothing.
/// </summary>
[Workflow(SettlementTemporal.PayoutWorkflow)]
public sealed class PayoutWorkflow
{
    /// <summary>How long a bank may take before somebody asks.</summary>
    private static readonly TimeSpan OutcomePatience = TimeSpan.FromDays(3);

    private readonly OpenedPayout payout;
    private readonly OperatorDesk desk;
    private PayoutOutcome? outcome;

    [WorkflowInit]
    public PayoutWorkflow(OpenedPayout payout)
    {
        this.payout = payout;
        desk = new OperatorDesk(new SettlementFailure(
            payout.PayoutId, string.Empty, default, string.Empty, string.Empty, SellerId: payout.SellerId, PayoutId: payout.PayoutId));
    }

    /// <summary>Pays, and answers how it ended.</summary>
    [WorkflowRun]
    public async Task<PayoutStatus> RunAsync(OpenedPayout payout)
    {
        Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: being requested.";
        await RequestAsync();
        while (!await IsToldAsync())
        {
            await desk.ParkAsync(
                SettlementStep.AwaitPayout, $"the finance team has told nothing for {OutcomePatience.TotalDays} days", () => outcome is not null);
            if (outcome is null)
            {
                // Under the same key: a request that never arrived arrives now, one that did is answered as it was.
                await RequestAsync();
            }
        }

        await desk.StepAsync(SettlementStep.EndPayout, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.EndPayoutAsync(outcome!), options));
        var failed = outcome!.FailureReason;
        if (failed is null)
        {
            await desk.StepAsync(SettlementStep.RequestTaxInvoice, options =>
                Workflow.ExecuteActivityAsync((IFinanceSteps finance) => finance.RequestTaxInvoiceAsync(payout.PayoutId), options));
        }

        Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: {(failed is null ? "paid" : "failed, " + failed)}.";
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return failed is null ? PayoutStatus.Completed : PayoutStatus.Failed;
    }

    [WorkflowSignal("partner-event", Description = "An event of the finance team: the payout completed or failed.")]
    public Task OnPartnerEventAsync(PartnerEvent published)
    {
        // The first word counts; whatever comes after it is a repetition.
        var data = new EventData(published.Data);
        outcome ??= published.Type switch
        {
            EventTypes.FinancePayoutCompleted => new PayoutOutcome(payout.PayoutId, data.Time("paidAt") ?? published.Time, null, published.Id),
            EventTypes.FinancePayoutFailed => new PayoutOutcome(payout.PayoutId, published.Time, data.Text("reason") ?? "no reason given", published.Id),
            _ => null,
        };
        return Task.CompletedTask;
    }

    [WorkflowUpdate("recover", Description = "Takes the step that waits for an operator again: retry.")]
    public Task RecoverAsync(RecoverCommand command) => desk.RecoverAsync(command);

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => desk.Admit(command);

    [WorkflowSignal("recover", Description = "The same as a batch operation; does nothing where nothing waits.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        desk.Hear(command);
        return Task.CompletedTask;
    }

    private Task RequestAsync() => desk.StepAsync(SettlementStep.RequestPayout, options =>
        Workflow.ExecuteActivityAsync((IFinanceSteps finance) => finance.RequestPayoutAsync(payout.PayoutId), options));

    private Task<bool> IsToldAsync()
    {
        Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: requested, the bank has it.";
        return Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(
            () => outcome is not null, OutcomePatience, "until somebody asks the finance team", CancellationToken.None));
    }
}
