using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Workflows.Claiming;

/// <summary>What a claim makes of an order that is over: it becomes the member's, and a completed one brings what its completion would have brought.</summary>
public static class ClosedOrderClaim
{
    /// <summary>The order as the member's.</summary>
    public static OrderRecord Record(StoredOrder stored, ClaimInput input, DateTimeOffset now)
    {
        var points = PointsOf(stored.View, input, now);
        var view = stored.View with { MemberId = input.Claim.MemberId, UpdatedAt = now };
        var data = new { view.OrderId, view.MemberId, points, reason = "guest-order-claimed" };
        return new OrderRecord(
            view,
            stored.Version + 1,
            points > Won.Zero ? [OrderTimeline.Event(view.OrderId, EventTypes.PointsAccrualRequested, "1", now, data)] : [],
            []);
    }

    /// <summary>The reward under the keys that the order itself would have used, so that it is given once whoever asks; <c>null</c> where nothing was kept.</summary>
    public static RecordPurchase? Reward(OrderRecord record, StoredOrder stored, ClaimInput input, DateTimeOffset now)
    {
        var order = stored.View;
        if (order.Status != OrderStatus.Completed)
        {
            return null;
        }

        var kept = order.Lines.Select(line => (Line: line, Quantity: line.Quantity - line.RefundedQuantity)).Where(line => line.Quantity > 0).ToList();
        var amount = kept.Aggregate(
            Won.Zero, (sum, line) => sum + Shares.OfUnits(line.Line.Paid, line.Line.RefundedQuantity, line.Quantity, line.Line.Quantity));
        return new RecordPurchase(
            record,
            order.OrderId,
            input.Claim.MemberId,
            PointsOf(order, input, now),
            $"{order.OrderId}/accrue-points/1",
            amount,
            [.. kept.Select(line => new LineQuantity(line.Line.ProductId, line.Quantity))],
            $"{order.OrderId}/record-purchase/1");
    }

    private static Won PointsOf(OrderView order, ClaimInput input, DateTimeOffset now) => order.Status == OrderStatus.Completed
        ? Accrual.Of(CardKept(order), input.Claim.Birthday, now, input.Policies)
        : Won.Zero;

    private static Won CardKept(OrderView order) => order.Refunds
        .Where(refund => refund.Status == RefundStatus.Completed)
        .Aggregate(order.Amounts.Payable, (kept, refund) => kept - refund.Amount);
}
