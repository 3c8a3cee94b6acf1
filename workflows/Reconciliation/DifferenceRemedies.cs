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
/// Creates the events that correct differences. Their ids are derived from their content, so a difference that is found again on another day is applied
/// to its order once. The effect of an event is known beforehand, because the aggregate is pure.
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

    /// <summary>A difference that the order corrects when it receives the event.</summary>
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

    /// <summary>
    /// A difference that cannot be corrected automatically: it is reported to the order, which requests an intervention in parallel with its other
    /// processes.
    /// </summary>
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

    /// <summary>Whether shipping is stopped once the order finds its payment void.</summary>
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
