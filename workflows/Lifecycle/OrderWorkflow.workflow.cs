using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Exchanging;
using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// One order (주문). The aggregate decides commands and events of other teams synchronously; the processes that follow run in parallel, each in a folder
/// of its own. The workflow starts from a snapshot, continues as new from one, and closes when the order is at rest. A later command or event starts a
/// new run from the store's snapshot.
/// </summary>
[Workflow(OrderTemporal.WorkflowType)]
public sealed class OrderWorkflow
{
    private readonly OrderRun run;
    private readonly OrderProcesses processes;
    private readonly OrderRecorder recorder;
    private readonly CommandHandler commands;
    private readonly EventReceiver events;

    [WorkflowInit]
    public OrderWorkflow(OrderInput input)
    {
        run = new OrderRun(input);
        processes = new OrderProcesses(run);
        recorder = new OrderRecorder(run);
        commands = new CommandHandler(run);
        events = new EventReceiver(run);
    }

    private Order Order => run.Order;

    /// <summary>Runs the order until it is at rest; returns its view at that time.</summary>
    [WorkflowRun]
    public async Task<OrderView> RunAsync(OrderInput input)
    {
        foreach (var received in input.Pending ?? [])
        {
            events.Receive(received);
        }

        _ = recorder.RunAsync();
        _ = CancelWithWorkflowAsync();
        while (true)
        {
            // A process may change the order as soon as it is started, so the loop compares with the count from before.
            var seen = run.Changes;
            processes.Align();
            SearchAttributeUpdates.Show(Order);
            await Workflow.WaitConditionAsync(
                () => run.Changes != seen || processes.AnyFinished || run.IsSuperseded || MayClose || MayContinueAsNew, CancellationToken.None);
            if (run.IsSuperseded)
            {
                await ContinueFromStoreAsync();
            }
            else if (MayClose)
            {
                return Order.View();
            }
            else if (MayContinueAsNew)
            {
                throw ContinueAsNew(new OrderInput(Order, run.TakeUnrecorded()));
            }
        }
    }

    [WorkflowQuery("order", Description = "The whole order as it stands.")]
    public OrderView OrderQuery() => Order.View();

    [WorkflowUpdate("place", Description = "Answers when the order is decided: reserved with its payment requested, or refused.")]
    public async Task<OrderView> PlaceAsync()
    {
        await Workflow.WaitConditionAsync(() => run.IsSuperseded || !Order.IsBeingPlaced || Order.Attentions.Exists(attention => attention.IsOpen()), CancellationToken.None);
        return Order.Rejection is { } refusal ? throw OrderFailure.Of(refusal) : Order.View();
    }

    [WorkflowUpdate("pay", Description = "Opens another payment attempt.")]
    public Task<OrderView> PayAsync(PayCommand command) =>
        commands.HandleAsync(command.SeenVersion, () => PayingRules.Pay(Order, command), now => [PayingRules.Requested(Order, command, now)]);

    [WorkflowUpdateValidator(nameof(PayAsync))]
    public void ValidatePay(PayCommand command) => commands.Validate(command.SeenVersion, PayingRules.Pay(Order, command));

    [WorkflowUpdate("cancel-payment", Description = "Gives up the open payment attempt; the order waits for another.")]
    public async Task<OrderView> CancelPaymentAsync(CancelPaymentCommand? command = null)
    {
        await commands.HandleAsync(
            command?.SeenVersion ?? 0,
            () => PayingRules.CancelPayment(Order),
            now => [new PaymentClosingRequested(now, Order.OpenAttempt!.Number, ClosingReason.CustomerRequest)]);
        await commands.AwaitTeamAsync(() => Order.OpenAttempt is { Closing: not null }, ProcessNames.Paying);
        return Order.View();
    }

    [WorkflowUpdateValidator(nameof(CancelPaymentAsync))]
    public void ValidateCancelPayment(CancelPaymentCommand? command = null) => commands.Validate(command?.SeenVersion ?? 0, PayingRules.CancelPayment(Order));

    [WorkflowUpdate("cancel", Description = "Cancels the order before it is shipped with everything undone, or some of its units.")]
    public async Task<OrderView> CancelAsync(CancelCommand command)
    {
        if (command is { CancellationId: { } known } && Order.FindRefund(known) is not null)
        {
            return Order.View();
        }

        var stopRequests = Order.StopRequests;
        await commands.HandleAsync(command.SeenVersion, () => CancellingRules.Cancel(Order, command), now => command.Lines is { Count: > 0 }
            ? CancellingRules.RequestedInPart(Order, command, now)
            : CancellingRules.Requested(Order, CancellingRules.ReasonOf(command.By), command.By, command.Reason, now));
        await commands.AwaitTeamAsync(() => Order.IsCancellationPending, CancellingProcessKey);
        await commands.AwaitTeamAsync(
            () => Order.FindRefund(command.CancellationId) is { AwaitingStop: true }, "partial-cancellation/" + command.CancellationId);
        var refused = Order.StopRequests > stopRequests && Order.Cancellation is null && Order.FindRefund(command.CancellationId) is null && command.Lines is not { Count: > 0 };
        var partRefused = Order.StopRequests > stopRequests && command.Lines is { Count: > 0 } && Order.FindRefund(command.CancellationId) is null && !Order.IsCancelled;
        return refused || partRefused ? throw OrderFailure.Of(CancellingRules.DispatchRefused(Order.StopRefusedFor)) : Order.View();
    }

    [WorkflowUpdateValidator(nameof(CancelAsync))]
    public void ValidateCancel(CancelCommand command) => commands.Validate(command.SeenVersion, CancellingRules.Cancel(Order, command));

    [WorkflowUpdate("change-address", Description = "Sends the parcels elsewhere, until dispatch.")]
    public async Task<OrderView> ChangeAddressAsync(ChangeAddressCommand command)
    {
        await commands.HandleAsync(
            command.SeenVersion, () => ShippingRules.ChangeAddress(Order, command), now => ShippingRules.AddressChanged(Order, command, now));
        await commands.AwaitTeamAsync(() => Order.PendingAddress is not null, AddressProcessKey);
        return Order.ShipTo == command.ShipTo ? Order.View()
            : run.Unanswered.Contains(AddressProcessKey)
                ? throw OrderFailure.Of(ShippingRules.AddressUnanswered())
                : throw OrderFailure.Of(ShippingRules.AlreadyDispatched(Order));
    }

    [WorkflowUpdateValidator(nameof(ChangeAddressAsync))]
    public void ValidateChangeAddress(ChangeAddressCommand command) => commands.Validate(command.SeenVersion, ShippingRules.ChangeAddress(Order, command));

    [WorkflowUpdate("confirm", Description = "The customer keeps the goods: the order completes.")]
    public Task<OrderView> ConfirmAsync(ConfirmCommand? command = null) => commands.HandleAsync(
        command?.SeenVersion ?? 0, () => CompletingRules.Confirm(Order), now => [CompletingRules.Completed("customer", now)]);

    [WorkflowUpdateValidator(nameof(ConfirmAsync))]
    public void ValidateConfirm(ConfirmCommand? command = null) => commands.Validate(command?.SeenVersion ?? 0, CompletingRules.Confirm(Order));

    [WorkflowUpdate("request-refund", Description = "Sends goods back for their money: the whole order, or some of its units.")]
    public Task<OrderView> RequestRefundAsync(RefundCommand command) => commands.HandleAsync(
        command.SeenVersion,
        () => ReturningRules.Refund(Order, command, Workflow.UtcNow),
        now => Order.FindRefund(command.RefundId) is null ? ReturningRules.Requested(Order, command, now) : []);

    [WorkflowUpdateValidator(nameof(RequestRefundAsync))]
    public void ValidateRequestRefund(RefundCommand command) => commands.Validate(command.SeenVersion, ReturningRules.Refund(Order, command, Workflow.UtcNow));

    [WorkflowUpdate("decide-refund", Description = "An admin approves or rejects a refund.")]
    public Task<OrderView> DecideRefundAsync(RefundDecision decision) => commands.HandleAsync(
        decision.SeenVersion, () => ReturningRules.Decide(Order, decision), now => ReturningRules.Decided(Order, decision, now));

    [WorkflowUpdateValidator(nameof(DecideRefundAsync))]
    public void ValidateDecideRefund(RefundDecision decision) => commands.Validate(decision.SeenVersion, ReturningRules.Decide(Order, decision));

    [WorkflowUpdate("request-exchange", Description = "Sends goods back for others of the same kind.")]
    public Task<OrderView> RequestExchangeAsync(ExchangeCommand command) => commands.HandleAsync(
        command.SeenVersion,
        () => ExchangingRules.Exchange(Order, command, Workflow.UtcNow),
        now => Order.FindExchange(command.ExchangeId) is null ? [ExchangingRules.Requested(command, now)] : []);

    [WorkflowUpdateValidator(nameof(RequestExchangeAsync))]
    public void ValidateRequestExchange(ExchangeCommand command) => commands.Validate(command.SeenVersion, ExchangingRules.Exchange(Order, command, Workflow.UtcNow));

    [WorkflowUpdate("claim", Description = "A member takes over the order it placed as a guest.")]
    public Task<OrderView> ClaimAsync(ClaimCommand command) => commands.HandleAsync(
        command.SeenVersion, () => CompletingRules.Claim(Order, command), now => Order.Claim is null ? [new OrderClaimed(now, command)] : []);

    [WorkflowUpdateValidator(nameof(ClaimAsync))]
    public void ValidateClaim(ClaimCommand command) => commands.Validate(command.SeenVersion, CompletingRules.Claim(Order, command));

    [WorkflowUpdate("recover", Description = "Resolves a stuck step: retry, skip, compensate, write-off or end.")]
    public Task<OrderView> RecoverAsync(RecoverCommand command) =>
        commands.HandleAsync(command.SeenVersion, () => RecoveryRules.Recover(Order, command), now => RecoveryRules.Recovered(Order, command, now));

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => commands.Validate(command.SeenVersion, RecoveryRules.Recover(Order, command));

    [WorkflowSignal("recover", Description = "Resolves a stuck step, as a batch operation; does nothing to an order that is not stuck.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        if (RecoveryRules.Recover(Order, command) is null)
        {
            run.Record(RecoveryRules.Recovered(Order, command, Workflow.UtcNow));
        }

        return Task.CompletedTask;
    }

    [WorkflowSignal("partner-event", Description = "An event of another team.")]
    public Task OnPartnerEventAsync(PartnerEvent received)
    {
        events.Receive(received);
        return Task.CompletedTask;
    }

    [WorkflowSignal("withdraw", Description = "A request whose caller was told that it was not handled in time is not handled any more.")]
    public Task WithdrawAsync(WithdrawCommand command)
    {
        commands.Withdraw(command.UpdateId);
        return Task.CompletedTask;
    }

    private const string CancellingProcessKey = ProcessNames.Cancelling;
    private const string AddressProcessKey = "address";

    /// <summary>The order is at rest, everything is written and no handler is running.</summary>
    private bool MayClose => Order.IsAtRest && processes.AllFinished && recorder.IsDone && Workflow.AllHandlersFinished;

    private bool MayContinueAsNew => Workflow.ContinueAsNewSuggested && Workflow.AllHandlersFinished && !recorder.IsWriting;

    /// <summary>A cancellation of the workflow in Temporal cancels the order, with full compensation.</summary>
    private async Task CancelWithWorkflowAsync()
    {
        try
        {
            await Workflow.WaitConditionAsync(() => false, Workflow.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            var command = new CancelCommand("the workflow was cancelled in Temporal", "operator:temporal");
            if (CancellingRules.Cancel(Order, command) is { } refusal)
            {
                Workflow.Logger.LogWarning("Order {OrderId} cannot be cancelled any more: {Refusal}", Order.OrderId, refusal.Slug);
                return;
            }

            run.Record(CancellingRules.Requested(Order, CancelReason.Operator, command.By, command.Reason, Workflow.UtcNow));
        }
    }

    /// <summary>Continues as new from the store's snapshot, which is later than this run: the run was reset.</summary>
    private async Task ContinueFromStoreAsync()
    {
        processes.StopAll();
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        var orderId = Order.OrderId;
        var snapshot = await Workflow.ExecuteActivityAsync(
            (IRecordingActivities own) => own.ReadSnapshotAsync(orderId), ReadSnapshot.Options(timeout: null, CancellationToken.None));
        throw ContinueAsNew(new OrderInput(snapshot, Pending: run.UnstoredEvents, IsResumed: true));
    }

    private static readonly ActivityStep ReadSnapshot = new("read-snapshot", "read the order's snapshot from the order store");

    private static ContinueAsNewException ContinueAsNew(OrderInput input) =>
        Workflow.CreateContinueAsNewException((OrderWorkflow order) => order.RunAsync(input));
}
