using System.Text.Json;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// The events that put differences right. Their ids follow from what they say, so the same difference found again, on whatever day, reaches its order once.
/// What an event will do is known beforehand: the order is pure.
/// </summary>
internal sealed class DifferenceRemedies(Order order, TeamPayment theirs, DateTimeOffset now)
{
    public PartnerEvent Approved() => Event(
        EventTypes.PartnerPaymentApproved,
        "approved",
        new { order.OrderId, theirs.PaymentId, theirs.Attempt, theirs.ApprovalNumber, theirs.Amount, Method, approvedAt = (DateTimeOffset?)null });

    public PartnerEvent Declined() => Event(
        EventTypes.PartnerPaymentDeclined, "declined", new { order.OrderId, theirs.PaymentId, theirs.Attempt, code = theirs.DeclineCode });

    public PartnerEvent Cancelled() => Event(EventTypes.PartnerPaymentCancelled, "cancelled", new { order.OrderId, theirs.PaymentId, theirs.Attempt });

    public PartnerEvent Refunded(PaymentRefund refund)
    {
        var remaining = theirs.Amount - theirs.Refunded;
        return Event(
            remaining > Money.Won.Zero ? EventTypes.PartnerPartialRefundCompleted : EventTypes.PartnerRefundCompleted,
            "refunded/" + refund.RefundId,
            new { order.OrderId, theirs.PaymentId, refund.RefundId, refund.Amount, remainingAmount = remaining, refund.RefundedAt });
    }

    /// <summary>A difference that the order settles itself once it has the event.</summary>
    public Finding ByEvent(ReconciliationDifference difference, PartnerEvent missed)
    {
        var changes = PartnerEvents.Apply(order, missed, now);
        var after = changes.Aggregate(order, (state, change) => state.Apply(change));
        var done = changes switch
        {
            _ when changes.Any(change => change is LatePaymentReceived) => DifferenceOutcome.Refunded,
            _ when changes.Any(change => change is PaymentAmountMismatched) => DifferenceOutcome.Attention,
            _ when changes.Any(change => change is PaymentQuestioned) => IsStoppedWithout(after) ? DifferenceOutcome.Attention : DifferenceOutcome.Applied,
            _ when changes.Any(change => change is ForeignRefundFound) => after.GoodsAreStopped ? DifferenceOutcome.Attention : DifferenceOutcome.Applied,
            _ when changes.All(change => change is PartnerEventReceived or PartnerEventProcessed) =>
                order.Attentions.Exists(attention => attention.IsOpen()) ? DifferenceOutcome.Attention : DifferenceOutcome.None,
            _ => DifferenceOutcome.Applied,
        };
        return new Finding(difference with { Done = done }, missed);
    }

    /// <summary>A difference that nothing can put right: it is reported to the order, which waits for an operator beside whatever else it does.</summary>
    public Finding ByOperator(ReconciliationDifference difference, string text)
    {
        var reported = new PartnerEvent(
            $"{EventTypes.DifferenceFound}/{difference.Key()}/{difference.Theirs?.Amount}/{difference.TheirsStatus}",
            EventTypes.OrderSource,
            EventTypes.DifferenceFound,
            order.OrderId,
            now,
            JsonSerializer.SerializeToElement(new { text }, OrderJson.Options));
        return new Finding(difference with { Done = DifferenceOutcome.Attention }, reported);
    }

    private string? Method => order.Payments.Find(attempt => attempt.Number == theirs.Attempt)?.Method;

    /// <summary>Whether the goods stop once the order finds the money of its payment gone.</summary>
    private bool IsStoppedWithout(Order after) =>
        after.Apply(new ForeignRefundFound(now, theirs.Attempt, "gone", after.ChargedBy(theirs.Attempt), Received: null)).GoodsAreStopped;

    private PartnerEvent Event(string type, string what, object data) => new(
        $"reconciliation/{theirs.PaymentId}/{what}",
        EventTypes.SourceOf(type),
        type,
        order.OrderId,
        now,
        JsonSerializer.SerializeToElement(data, OrderJson.Options));
}
