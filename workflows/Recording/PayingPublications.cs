using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Publications of 결제.</summary>
internal static class PayingPublications
{
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case PaymentRequested requested:
                var number = order.Payments.Count;
                batch.Publish(
                    order,
                    EventTypes.PaymentRequested,
                    requested.At,
                    new { order.OrderId, attempt = number, requested.Amount, requested.Method },
                    OrderTimeline.Sequence(number));
                break;
            case PaymentApproved approved:
                AddApproved(batch, order, approved);
                break;
            case PaidWithoutCard paid:
                AddPaid(batch, order, attempt: null, paid.At);
                break;
            case PaymentDeclined declined:
                AddDeclined(batch, order, declined);
                break;
            case PaymentEnded ended:
                AddEnded(batch, order, ended);
                break;
            case PaymentAmountMismatched { Received: { } received }:
                batch.Publish(order, received);
                break;
            case LatePaymentReceived late:
                AddLate(batch, order, late);
                break;
            case ForeignRefundFound { Received: { } received }:
                batch.Publish(order, received);
                break;
            case ReservationNoticeGiven:
                batch.Notify(order, Templates.ReservationExpiring, new { order.OrderId, order.Stock.ExpiresAt });
                break;
            case ReservationExpired expired:
                batch.Publish(order, EventTypes.StockReservationExpired, expired.At, new { order.OrderId, expiredAt = order.Stock.ExpiresAt });
                batch.Notify(order, Templates.ReservationExpired, new { order.OrderId });
                break;
        }
    }

    private static void AddApproved(OutboxBatch batch, Order order, PaymentApproved approved)
    {
        var attempt = order.Payments[approved.Attempt - 1];
        batch.Publish(
            order,
            approved.Received,
            EventTypes.PartnerPaymentApproved,
            approved.At,
            new { order.OrderId, approved.PaymentId, attempt = attempt.Number, approved.ApprovalNumber, attempt.Amount, attempt.Method },
            OrderTimeline.Sequence(attempt.Number));
        AddPaid(batch, order, attempt.Number, approved.At);
    }

    private static void AddPaid(OutboxBatch batch, Order order, int? attempt, DateTimeOffset at) => batch.Publish(
        order, EventTypes.PaymentCompleted, at, new { order.OrderId, attempt, amount = order.Payable, order.Quote!.Amounts.Points });

    private static void AddDeclined(OutboxBatch batch, Order order, PaymentDeclined declined)
    {
        var sequence = OrderTimeline.Sequence(declined.Attempt);
        if (declined.Received is { } received)
        {
            batch.Publish(order, received);
        }

        batch.Notify(order, Templates.PaymentDeclined, new { order.OrderId, attempt = declined.Attempt, declined.Code }, sequence);
    }

    private static void AddEnded(OutboxBatch batch, Order order, PaymentEnded ended)
    {
        var sequence = OrderTimeline.Sequence(ended.Attempt);
        if (ended.Received is { } received)
        {
            batch.Publish(order, received);
        }

        var data = new { order.OrderId, attempt = ended.Attempt };
        if (ended.Status == PaymentStatus.Cancelled)
        {
            batch.Publish(order, EventTypes.PaymentCancelled, ended.At, data, sequence);
            return;
        }

        batch.Publish(order, EventTypes.PaymentTimedOut, ended.At, data, sequence);
        batch.Notify(order, Templates.PaymentTimedOut, data, sequence);
    }

    private static void AddLate(OutboxBatch batch, Order order, LatePaymentReceived late)
    {
        if (late.Received is { } received)
        {
            batch.Publish(order, received);
        }

        var refund = order.Refunds.First(refund => refund.Kind == RefundKind.LatePayment && refund.Attempt == late.Attempt);
        batch.Publish(
            order,
            EventTypes.RefundRequested,
            late.At,
            new { order.OrderId, refund.RefundId, late.Amount, points = Won.Zero, late.Reason, returnRequired = false, lines = refund.Units },
            refund.RefundId);
    }
}
