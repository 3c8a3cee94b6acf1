using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>
/// What an order's state admits (contract §1). Asked twice for each wish: by the update's validator, so that a wish in vain leaves no trace, and
/// again when its turn comes, for the order may have gone on meanwhile. <c>null</c>: admitted.
/// </summary>
public static class Admission
{
    public static Refusal? Pay(OrderState order) =>
        Stuck(order)
        ?? (order.OpenAttempt is { } open
            ? Refusal.Of(RefusalSlugs.PaymentInProgress, "A payment is in progress.", new { attempt = open.Number })
            : order is { IsClosed: false, IsPaid: false, Reservation: not null }
                ? null
                : Refusal.Of(RefusalSlugs.NotPayable, "There is nothing to pay.", new { status = order.Status }));

    public static Refusal? CancelPayment(OrderState order) =>
        Stuck(order)
        ?? (order.OpenAttempt is not null ? null : Refusal.Of(RefusalSlugs.NoOpenPayment, "No payment is in progress.", new { status = order.Status }));

    /// <summary>배송 전 취소는 즉시 처리; while it is dispatched, only logistics can tell (hotspot 16).</summary>
    public static Refusal? Cancel(OrderState order) =>
        Stuck(order)
        ?? Closed(order)
        ?? (order.Shipments.Exists(shipment => shipment.IsUnderWay)
            ? Refusal.Of(
                RefusalSlugs.AlreadyShipped, "The order is on its way; it can be returned after delivery.", new { status = order.Status, returnPossible = true })
            : null);

    /// <summary>출고 후 배송지 변경 불가.</summary>
    public static Refusal? ChangeAddress(OrderState order) =>
        Stuck(order)
        ?? Closed(order)
        ?? (order.Shipments.Exists(shipment => shipment.IsDispatching || shipment.IsUnderWay) ? AlreadyDispatched(order) : null);

    public static Refusal? Confirm(OrderState order) =>
        Stuck(order)
        ?? Closed(order)
        ?? (!order.IsDelivered
            ? Refusal.Of(RefusalSlugs.NotDelivered, "The order is not delivered yet.", new { status = order.Status })
            : order.HasOpenRefund || order.HasOpenExchange
                ? Refusal.Of(RefusalSlugs.RefundOpen, "A refund or an exchange of the order is still open.")
                : null);

    public static Refusal? Recover(OrderState order, RecoverCommand command) =>
        order.Attention is not { } attention
            ? Refusal.Of(RefusalSlugs.NotStuck, "No step of the order waits for an operator.", new { status = order.Status })
            : attention.Actions.Contains(command.Action, StringComparer.Ordinal)
                ? null
                : Refusal.Of(RefusalSlugs.ActionNotAllowed, "The step does not allow this action.", new { step = attention.Step, actions = attention.Actions });

    public static Refusal AlreadyDispatched(OrderState order) =>
        Refusal.Of(RefusalSlugs.AlreadyDispatched, "The order is dispatched; its address stays.", new { status = order.Status });

    public static Refusal DispatchRefused(IReadOnlyList<string> shipmentIds) =>
        Refusal.Of(
            RefusalSlugs.DispatchRefused, "Logistics cannot stop the shipment; it can be returned after delivery.", new { shipmentIds, returnPossible = true });

    private static Refusal? Closed(OrderState order) =>
        order.IsClosed ? Refusal.Of(RefusalSlugs.AlreadyClosed, "The order is closed.", new { status = order.Status }) : null;

    public static Refusal? Stuck(OrderState order) =>
        order.Attention is { } attention
            ? Refusal.Of(RefusalSlugs.OrderNeedsAttention, "A step of the order waits for an operator.", new { step = attention.Step })
            : null;
}
