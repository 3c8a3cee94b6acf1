using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Publications of 반품, 환불, 교환.</summary>
internal static class ReturningPublications
{
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case RefundRequested requested:
                AddRequested(batch, order, order.FindRefund(requested.Refund.RefundId)!, requested.At);
                break;
            case RefundApproved approved:
                AddApproved(batch, order, order.FindRefund(approved.RefundId)!, approved);
                break;
            case RefundRejected rejected:
                batch.Publish(
                    order, EventTypes.RefundRejected, rejected.At, new { order.OrderId, rejected.RefundId, rejected.By, rejected.Note }, rejected.RefundId);
                batch.Notify(order, Templates.RefundRejected, new { order.OrderId, rejected.RefundId, rejected.Note }, rejected.RefundId);
                break;
            case ReturnEnded ended when order.FindRefund(ended.ReturnId) is not null:
                batch.Publish(order, EventTypes.RefundRejected, ended.At, new { order.OrderId, refundId = ended.ReturnId, ended.By, ended.Note }, ended.ReturnId);
                batch.Notify(order, Templates.RefundRejected, new { order.OrderId, refundId = ended.ReturnId, ended.Note }, ended.ReturnId);
                break;
            case GoodsPickedUp { Received: { } received }:
                batch.Publish(order, received);
                break;
            case RefundMoneyReturned { Received: { } received }:
                batch.Publish(order, received);
                break;
            case RefundMoneyReturned returned when returned.Amount > Won.Zero:
                AddReturned(batch, order, returned);
                break;
            case RefundCompleted completed:
                AddCompleted(batch, order, order.FindRefund(completed.RefundId)!, completed.At);
                break;
            case RefundOverdue overdue:
                AddOverdue(batch, order, order.FindRefund(overdue.RefundId)!, overdue.At);
                break;
            case ExchangeRequested requested:
                var exchange = requested.Exchange;
                batch.Publish(
                    order,
                    EventTypes.ExchangeRequested,
                    requested.At,
                    new { order.OrderId, exchange.ExchangeId, exchange.Reason, exchange.Lines },
                    exchange.ExchangeId);
                break;
            case ExchangeCompleted completed:
                batch.Publish(order, EventTypes.ExchangeCompleted, completed.At, new { order.OrderId, completed.ExchangeId }, completed.ExchangeId);
                break;
        }
    }

    private static bool IsWhole(Refund refund) => refund.Kind is RefundKind.Cancellation or RefundKind.LatePayment || refund.Amount.KeepsNothing;

    private static void AddRequested(OutboxBatch batch, Order order, Refund refund, DateTimeOffset at)
    {
        var data = new
        {
            order.OrderId,
            refund.RefundId,
            amount = refund.Amount.Card,
            refund.Amount.Points,
            refund.Reason,
            refund.ReturnRequired,
            lines = refund.Units,
        };
        batch.Publish(order, IsWhole(refund) ? EventTypes.RefundRequested : EventTypes.PartialRefundRequested, at, data, refund.RefundId);
        if (refund.Kind == RefundKind.PartialCancellation)
        {
            batch.Publish(
                order,
                EventTypes.PartiallyCancelled,
                at,
                new
                {
                    order.OrderId,
                    cancellationId = refund.RefundId,
                    lines = refund.Units,
                    amount = refund.Amount.Card,
                    refund.Amount.Points,
                    by = refund.RequestedBy,
                    reason = refund.Reason,
                },
                refund.RefundId);
        }

        if (refund.Status == RefundStatus.AwaitingApproval)
        {
            batch.NotifyOperators(
                order, Templates.RefundAwaitingApproval, new { order.OrderId, refund.RefundId, amount = refund.Amount.Card, refund.Amount.Points }, refund.RefundId);
        }
    }

    private static void AddApproved(OutboxBatch batch, Order order, Refund refund, RefundApproved approved) => batch.Publish(
        order,
        IsWhole(refund) ? EventTypes.RefundApproved : EventTypes.PartialRefundApproved,
        approved.At,
        new { order.OrderId, refund.RefundId, by = approved.By },
        refund.RefundId);

    private static void AddReturned(OutboxBatch batch, Order order, RefundMoneyReturned returned)
    {
        var refund = order.FindRefund(returned.RefundId)!;
        var attempt = order.Payments[refund.Attempt!.Value - 1];
        var remainingAmount = order.ChargedBy(attempt.Number) - order.RefundedBy(attempt.Number) - order.ForeignRefunded(attempt.Number);
        batch.Publish(
            order,
            remainingAmount > Won.Zero ? EventTypes.PartnerPartialRefundCompleted : EventTypes.PartnerRefundCompleted,
            returned.At,
            new { order.OrderId, attempt.PaymentId, refund.RefundId, returned.Amount, remainingAmount },
            refund.RefundId);
    }

    private static void AddCompleted(OutboxBatch batch, Order order, Refund refund, DateTimeOffset at)
    {
        var amount = refund.Amount.Card;
        if (IsWhole(refund))
        {
            batch.Publish(
                order, EventTypes.RefundCompleted, at, new { order.OrderId, refund.RefundId, amount, refund.Amount.Points, lines = refund.Units }, refund.RefundId);
        }
        else
        {
            var remaining = order.CardLeft + order.PointsLeft;
            batch.Publish(
                order,
                EventTypes.PartialRefundCompleted,
                at,
                new { order.OrderId, refund.RefundId, amount, refund.Amount.Points, remaining, order.Status, lines = refund.Units },
                refund.RefundId);
        }

        batch.Notify(order, Templates.RefundCompleted, new { order.OrderId, refund.RefundId, amount, refund.Amount.Points }, refund.RefundId);
        if (refund.TakesUnits())
        {
            batch.Settle(SettlementEntries.OfRefund(order, refund, at));
        }
    }

    private static void AddOverdue(OutboxBatch batch, Order order, Refund refund, DateTimeOffset at)
    {
        var data = new { order.OrderId, refund.RefundId, refund.DueAt, amount = refund.Amount.Card, refund.Amount.Points };
        batch.Publish(order, EventTypes.RefundOverdue, at, data, refund.RefundId);
        batch.NotifyOperators(order, Templates.RefundOverdue, data, refund.RefundId);
    }
}
