using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// One order for its whole life (주문): placed, paid, shipped, delivered, completed, and open to returns until their time is over; or cancelled
/// with everything undone. Each business process is a file of its own in <c>Processes</c>. Messages wait their turn, so processes never interleave; a step that cannot be
/// done parks the order for an operator, and the workflow never fails.
/// </summary>
[Workflow(OrderTemporal.WorkflowType)]
public sealed partial class OrderWorkflow
{
    private OrderState state;

    [WorkflowInit]
    public OrderWorkflow(OrderInput input) => state = OrderState.From(input);

    /// <summary>The story of an order. Its answer is the order as it ended.</summary>
    [WorkflowRun]
    public async Task<OrderView> RunAsync(OrderInput input)
    {
        await OrElseUndoAsync(() => AcceptAsync(input.Facts));
        await UntilAsync(() => state.IsPaid);
        await OrElseUndoAsync(PrepareAsync);
        await UntilAsync(() => state.IsDelivered);
        await UntilAsync(() => state.CompletedAt is not null);
        await UntilAsync(() => !state.MayBeReturned(Workflow.UtcNow));
        await AnswerWhatIsLeftAsync();
        await ListenForLateMoneyAsync();
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return View();
    }

    [WorkflowQuery("order", Description = "The whole order as it stands.")]
    public OrderView Order() => View();

    [WorkflowUpdate("place", Description = "Places the order: answers when it is reserved and its payment is requested, or why it is refused.")]
    public async Task<OrderView> PlaceAsync()
    {
        await Workflow.WaitConditionAsync(() => acceptance.IsAnswered, CancellationToken.None);
        return Answer(acceptance.Refusal);
    }

    [WorkflowUpdate("pay", Description = "Opens another payment attempt.")]
    public Task<OrderView> PayAsync(PayCommand command) => AskAsync(command);

    [WorkflowUpdateValidator(nameof(PayAsync))]
    public void ValidatePay(PayCommand command) => AdmitInItsTurn(Admission.Pay(state));

    [WorkflowUpdate("cancel-payment", Description = "Gives up the open payment attempt; the order waits for another.")]
    public Task<OrderView> CancelPaymentAsync() => AskAsync(new Processes.CancelPaymentCommand());

    [WorkflowUpdateValidator(nameof(CancelPaymentAsync))]
    public void ValidateCancelPayment() => AdmitInItsTurn(Admission.CancelPayment(state));

    [WorkflowUpdate("cancel", Description = "Cancels the order before it is shipped, with everything undone.")]
    public Task<OrderView> CancelAsync(CancelCommand command) => AskAsync(command);

    [WorkflowUpdateValidator(nameof(CancelAsync))]
    public void ValidateCancel(CancelCommand command) => AdmitInItsTurn(Admission.Cancel(state));

    [WorkflowUpdate("change-address", Description = "Sends the parcels elsewhere, until dispatch.")]
    public Task<OrderView> ChangeAddressAsync(ShippingAddress shipTo) => AskAsync(shipTo);

    [WorkflowUpdateValidator(nameof(ChangeAddressAsync))]
    public void ValidateChangeAddress(ShippingAddress shipTo) => AdmitInItsTurn(Admission.ChangeAddress(state));

    [WorkflowUpdate("confirm", Description = "The customer keeps the goods: the order completes.")]
    public Task<OrderView> ConfirmAsync() => AskAsync(new Processes.ConfirmCommand());

    [WorkflowUpdateValidator(nameof(ConfirmAsync))]
    public void ValidateConfirm() => AdmitInItsTurn(Admission.Confirm(state));

    [WorkflowUpdate("request-refund", Description = "Sends goods back for their money: the whole order, or some of its units.")]
    public Task<OrderView> RequestRefundAsync(RefundCommand command) => AskAsync(command);

    [WorkflowUpdateValidator(nameof(RequestRefundAsync))]
    public void ValidateRequestRefund(RefundCommand command) => AdmitInItsTurn(ReturnAdmission.Refund(state, command, Workflow.UtcNow));

    [WorkflowUpdate("decide-refund", Description = "An admin approves or rejects a refund.")]
    public Task<OrderView> DecideRefundAsync(RefundDecision decision) => AskAsync(decision);

    [WorkflowUpdateValidator(nameof(DecideRefundAsync))]
    public void ValidateDecideRefund(RefundDecision decision) => AdmitInItsTurn(ReturnAdmission.Decide(state, decision));

    [WorkflowUpdate("request-exchange", Description = "Sends goods back for others of the same kind.")]
    public Task<OrderView> RequestExchangeAsync(ExchangeCommand command) => AskAsync(command);

    [WorkflowUpdateValidator(nameof(RequestExchangeAsync))]
    public void ValidateRequestExchange(ExchangeCommand command) => AdmitInItsTurn(ReturnAdmission.Exchange(state, command, Workflow.UtcNow));

    [WorkflowUpdate("recover", Description = "Resolves a stuck step: retry, skip or compensate.")]
    public async Task<OrderView> RecoverAsync(RecoverCommand command)
    {
        var parking = parkings;
        recovery = command;
        await Workflow.WaitConditionAsync(() => recoveries >= parking, CancellationToken.None);
        return View();
    }

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => Admit(Admission.Recover(state, command));

    [WorkflowSignal("recover", Description = "Resolves a stuck step, as a batch operation; does nothing to an order that is not stuck.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        if (Admission.Recover(state, command) is null)
        {
            recovery = command;
        }

        return Task.CompletedTask;
    }

    [WorkflowSignal("partner-event", Description = "An event of another team.")]
    public Task OnPartnerEventAsync(PartnerEvent published)
    {
        inbox.Enqueue(published);
        return Task.CompletedTask;
    }

    /// <summary>What has come before a wish and waits for its turn may be what the wish is about: it is judged behind it, unless nothing moves at all.</summary>
    private void AdmitInItsTurn(Refusal? refusal)
    {
        if (inbox.Count == 0 || state.Attention is not null)
        {
            Admit(refusal);
        }
    }

    private static void Admit(Refusal? refusal)
    {
        if (refusal is not null)
        {
            throw OrderFailure.Of(refusal);
        }
    }

    private OrderView View() => state.View(Workflow.UtcNow);
}
