using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Paying;

/// <summary>
/// Applies events of the payment team to an order (domain §4, the other teams' word). Amounts and ids are compared with the request. Money that does
/// not match leads to a refund, a query or an intervention.
/// </summary>
public static class PaymentEvents
{
    public static IReadOnlyList<DomainEvent> Apply(Order order, PartnerEvent received, DateTimeOffset now)
    {
        var data = new EventData(received.Data);
        if (received.Type is EventTypes.PartnerRefundCompleted or EventTypes.PartnerPartialRefundCompleted)
        {
            return Refunded(order, received, data, now);
        }

        var attempt = order.Payments.Find(known => known.Number == data.Number("attempt"));
        if (attempt is null || (attempt.PaymentId is { } known && data.Text("paymentId") is { } named && known != named))
        {
            return [new PartnerEventReceived(now, received, "the order knows no such payment attempt")];
        }

        return attempt.Status == PaymentStatus.Pending ? OfOpen(order, attempt, received, data, now) : OfEnded(order, attempt, received, data, now);
    }

    private static IReadOnlyList<DomainEvent> OfOpen(Order order, PaymentAttempt attempt, PartnerEvent received, EventData data, DateTimeOffset now)
    {
        var paymentId = data.Text("paymentId");
        switch (received.Type)
        {
            case EventTypes.PartnerPaymentApproved when paymentId is null && attempt.PaymentId is null:
                return [new PartnerEventReceived(now, received, "it names no payment")];
            case EventTypes.PartnerPaymentApproved when order.IsCancelled:
                return
                [
                    new PaymentEnded(now, attempt.Number, PaymentStatus.Cancelled, paymentId, null),
                    new LatePaymentReceived(now, attempt.Number, paymentId ?? attempt.PaymentId!, Amount(data), "order-cancelled", received),
                ];
            case EventTypes.PartnerPaymentApproved when attempt.Closing == ClosingReason.Timeout:
                return [new PaymentApprovalHeld(now, attempt.Number, received)];
            case EventTypes.PartnerPaymentApproved:
                return [PayingRules.Approved(attempt, paymentId ?? attempt.PaymentId!, Amount(data), data.Text("approvalNumber"), now, received)];
            case EventTypes.PartnerPaymentDeclined:
                return PayingRules.Failed(order, new PaymentDeclined(now, attempt.Number, data.Text("code"), paymentId, received), now);
            case EventTypes.PartnerPaymentTimedOut:
                return PayingRules.Failed(order, new PaymentEnded(now, attempt.Number, PaymentStatus.TimedOut, paymentId, received), now);
            case EventTypes.PartnerPaymentCancelled:
                return [new PaymentEnded(now, attempt.Number, PaymentStatus.Cancelled, paymentId, received)];
            default:
                return [new PartnerEventReceived(now, received, "it says nothing about a payment")];
        }
    }

    /// <summary>A second, different outcome of an ended attempt: a charge is refunded, any other outcome is checked by a query.</summary>
    private static IReadOnlyList<DomainEvent> OfEnded(Order order, PaymentAttempt attempt, PartnerEvent received, EventData data, DateTimeOffset now)
    {
        var isKnown = order.ChargedBy(attempt.Number) > Won.Zero;
        return (received.Type, attempt.Status) switch
        {
            (EventTypes.PartnerPaymentApproved, not PaymentStatus.Approved) when !isKnown && Amount(data) > Won.Zero =>
                [new LatePaymentReceived(now, attempt.Number, attempt.PaymentId ?? data.Text("paymentId") ?? string.Empty, Amount(data), "attempt-closed", received)],
            (EventTypes.PartnerPaymentDeclined or EventTypes.PartnerPaymentTimedOut or EventTypes.PartnerPaymentCancelled, PaymentStatus.Approved) =>
                [new PartnerEventReceived(now, received), new PaymentQuestioned(now, attempt.Number, received)],
            _ => [new PartnerEventReceived(now, received, $"the attempt is already {KebabCase.Name(attempt.Status)}")],
        };
    }

    private static IReadOnlyList<DomainEvent> Refunded(Order order, PartnerEvent received, EventData data, DateTimeOffset now)
    {
        var amount = Amount(data);
        if (data.Text("refundId") is not { } refundId || amount <= Won.Zero)
        {
            return [new PartnerEventReceived(now, received, "it names no refund, or no amount")];
        }

        if (order.FindRefund(refundId) is { } refund)
        {
            // An amount other than the requested one is not accepted: the payment team is queried, and an operator is involved if it stays so.
            return refund.Money is MoneyStage.Requested or MoneyStage.Pending && refund.Amount.Card == amount
                ? [new RefundMoneyReturned(now, refundId, amount, received)]
                : [new PartnerEventReceived(now, received, "the refund is already known to be done, or was asked for with another amount")];
        }

        var attempt = order.Payments.Find(known => known.PaymentId is not null && known.PaymentId == data.Text("paymentId"));
        return attempt is not null && PayingRules.IsForeign(order, attempt.Number, refundId)
            ? [new ForeignRefundFound(now, attempt.Number, refundId, amount, received)]
            : [new PartnerEventReceived(now, received, "the refund is already known, or the order knows no such payment")];
    }

    private static Won Amount(EventData data) => new(data.Number("amount") ?? 0);
}
