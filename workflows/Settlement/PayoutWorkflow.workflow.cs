using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// 정산금 지급 (seed §5.7): one payout, from its request at the finance team to the event of its outcome. A requested payout is followed to its outcome, so
/// cancelling this workflow has no effect. A report that arrives after the end is handled by another run: it is applied where that is safe, and needs
/// an intervention otherwise.
/// </summary>
[Workflow(SettlementTemporal.PayoutWorkflow)]
public sealed class PayoutWorkflow
{
    /// <summary>How long a bank may take before an operator is asked to check.</summary>
    private static readonly TimeSpan OutcomeTimeout = TimeSpan.FromDays(3);

    private readonly OpenedPayout payout;
    private readonly SettlementIntervention intervention;
    private readonly Queue<PayoutOutcome> reports = [];
    private bool hasEnded;
    private string? failure;

    [WorkflowInit]
    public PayoutWorkflow(OpenedPayout payout)
    {
        this.payout = payout;
        hasEnded = payout.HasEnded;
        intervention = new SettlementIntervention(new SettlementFailure(
            payout.PayoutId, string.Empty, default, string.Empty, string.Empty, SellerId: payout.SellerId, PayoutId: payout.PayoutId));
    }

    /// <summary>Requests the payout; returns its final status.</summary>
    [WorkflowRun]
    public async Task<PayoutStatus> RunAsync(OpenedPayout payout)
    {
        if (!hasEnded)
        {
            Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: being requested.";
            await RequestAsync();
        }

        while (!hasEnded)
        {
            await AwaitOutcomeAsync();
            await HandleAsync(reports.Dequeue());
        }

        // Further reports of a payout that has ended.
        while (reports.TryDequeue(out var report))
        {
            await HandleAsync(report);
        }

        Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: {(failure is null ? "paid" : "failed, " + failure)}.";
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return failure is null ? PayoutStatus.Completed : PayoutStatus.Failed;
    }

    [WorkflowSignal("partner-event", Description = "An event of the finance team: the payout completed or failed.")]
    public Task OnPartnerEventAsync(PartnerEvent published)
    {
        var data = new EventData(published.Data);
        var amount = data.Number("amount") is { } won ? new Won(won) : (Won?)null;
        PayoutOutcome? report = published.Type switch
        {
            EventTypes.FinancePayoutCompleted => new(payout.PayoutId, data.Time("paidAt") ?? published.Time, null, published.Id, amount),
            EventTypes.FinancePayoutFailed => new(payout.PayoutId, published.Time, data.Text("reason") ?? "no reason given", published.Id),
            _ => null,
        };
        if (report is not null)
        {
            reports.Enqueue(report);
        }

        return Task.CompletedTask;
    }

    [WorkflowUpdate("recover", Description = "Resolves the step that waits for an operator: retry, or end where it may be.")]
    public Task RecoverAsync(RecoverCommand command) => intervention.RecoverAsync(command);

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => intervention.Validate(command);

    [WorkflowSignal("recover", Description = "The same as a batch operation; does nothing where nothing waits.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        intervention.RecoverBySignal(command);
        return Task.CompletedTask;
    }

    private Task RequestAsync() => intervention.StepAsync(SettlementStep.RequestPayout, options =>
        Workflow.ExecuteActivityAsync((IFinanceSteps finance) => finance.RequestPayoutAsync(payout.PayoutId), options));

    private async Task AwaitOutcomeAsync()
    {
        while (!await IsNotifiedAsync())
        {
            await intervention.AwaitRetryAsync(
                SettlementStep.AwaitPayout, $"the finance team has reported no outcome for {OutcomeTimeout.TotalDays} days", () => reports.Count > 0);
            if (reports.Count == 0)
            {
                // Under the same key: a request that never arrived is made now, and one that did gets the same answer.
                await RequestAsync();
            }
        }
    }

    private Task<bool> IsNotifiedAsync()
    {
        Workflow.CurrentDetails = $"{payout.Amount} to seller {payout.SellerId}: requested, the bank has it.";
        return Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(
            () => reports.Count > 0, OutcomeTimeout, "until somebody asks the finance team", CancellationToken.None));
    }

    private async Task HandleAsync(PayoutOutcome report)
    {
        var verdict = await intervention.StepAsync(SettlementStep.EndPayout, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.EndPayoutAsync(report), options));
        switch (verdict)
        {
            case PayoutVerdict.Ended or PayoutVerdict.Reversed or PayoutVerdict.PaidAfterAll:
                hasEnded = true;
                failure = report.FailureReason;
                await InvoiceAsync(report);
                break;
            case PayoutVerdict.AmountDiffers:
                await SettleAmountAsync(report);
                break;
            case PayoutVerdict.PaidTwice:
                failure = "paid after all, although it was paid anew";
                await intervention.AwaitDecisionAsync(SettlementStep.SettlePayout, $"{payout.Amount} were paid twice to seller {payout.SellerId}: the payout had failed and was paid anew under another id");
                break;
        }
    }

    /// <summary>Another amount is not accepted: the request is repeated, or an operator accepts that the rest is settled by hand.</summary>
    private async Task SettleAmountAsync(PayoutOutcome report)
    {
        var chosen = await intervention.AwaitDecisionAsync(
            SettlementStep.SettlePayout,
            $"the finance team says that {report.Amount?.ToString() ?? "nothing"} of {payout.Amount} were paid; end: the payout counts as paid, the note says how the rest is settled",
            () => reports.Count > 0);
        if (chosen == RecoveryActions.End)
        {
            await HandleAsync(report with { IsAccepted = true });
        }
        else if (chosen == RecoveryActions.Retry && !hasEnded)
        {
            await RequestAsync();
        }
    }

    private async Task InvoiceAsync(PayoutOutcome report)
    {
        if (report.FailureReason is null && !await intervention.TryStepAsync(SettlementStep.RequestTaxInvoice, options =>
            Workflow.ExecuteActivityAsync((IFinanceSteps finance) => finance.RequestTaxInvoiceAsync(payout.PayoutId), options)))
        {
            await intervention.StepAsync(SettlementStep.RequestTaxInvoice, options =>
                Workflow.ExecuteActivityAsync((IFinanceSteps finance) => finance.AbandonTaxInvoiceAsync(payout.PayoutId), options));
        }
    }
}
