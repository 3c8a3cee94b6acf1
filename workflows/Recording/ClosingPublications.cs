using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Publications of 취소, 구매 확정, 적립.</summary>
internal static class ClosingPublications
{
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case CancellationRequested requested:
                batch.Publish(
                    order, EventTypes.CancellationRequested, requested.At, new { order.OrderId, reason = requested.Text, requested.By }, Sequence(order));
                break;
            case UnpaidUnitsCancelled cancelled:
                batch.Publish(
                    order,
                    EventTypes.PartiallyCancelled,
                    cancelled.At,
                    new { order.OrderId, cancelled.CancellationId, lines = cancelled.Units, amount = Won.Zero, points = Won.Zero, cancelled.By, cancelled.Reason },
                    cancelled.CancellationId);
                break;
            case OrderCancelled cancelled:
                batch.Publish(order, EventTypes.OrderCancelled, cancelled.At, new { order.OrderId, cancelled.Reason });
                batch.Notify(order, Templates.OrderCancelled, new { order.OrderId, cancelled.Reason });
                break;
            case StockGivenBack { Units.Count: > 0 } back:
                batch.Publish(
                    order, EventTypes.StockRestorationRequested, back.At, new { order.OrderId, lines = back.Units, reason = ReasonOf(order) });
                ShippingPublications.AddRestored(batch, order, back.At, back.Units, "1");
                break;
            case PointsRestored restored when restored.Points > Won.Zero:
                batch.Publish(
                    order,
                    EventTypes.PointsRestored,
                    restored.At,
                    new { order.OrderId, order.Request.MemberId, restored.Points, reason = restored.RefundId is null ? ReasonOf(order) : order.FindRefund(restored.RefundId)!.Reason },
                    restored.RefundId ?? "1");
                break;
            case CouponRestored { WasHeld: true } restored:
                batch.Publish(order, EventTypes.CouponRestored, restored.At, new { order.OrderId, order.Request.CouponCode, reason = ReasonOf(order) });
                break;
            case PointsWrittenOff written:
                batch.Publish(
                    order, EventTypes.WrittenOff, written.At, new { order.OrderId, written.Points, written.Cause, written.By, written.Note }, written.Cause);
                break;
            case CouponWrittenOff written:
                batch.Publish(
                    order, EventTypes.WrittenOff, written.At, new { order.OrderId, order.Request.CouponCode, cause = "coupon", written.By, written.Note }, "coupon");
                break;
            case OrderCompleted completed:
                AddCompleted(batch, order, completed);
                break;
            case PointsAccrued accrued when accrued.Points > Won.Zero:
                AddAccrued(batch, order, accrued);
                break;
            case PurchaseRecorded recorded:
                AddPurchase(batch, order, recorded);
                break;
        }
    }

    private static string ReasonOf(Order order) => KebabCase.Name(order.Cancellation?.Reason ?? CancelReason.Operator);

    private static string Sequence(Order order) => OrderTimeline.Sequence(order.StopRequests + 1);

    private static void AddCompleted(OutboxBatch batch, Order order, OrderCompleted completed)
    {
        var quote = order.Quote!;
        batch.Publish(order, EventTypes.OrderCompleted, completed.At, new
        {
            order.OrderId,
            order.Request.MemberId,
            completed.By,
            order.CompletedAt,
            lines = quote.Lines.Select(line => new
            {
                line.ProductId,
                line.SellerId,
                line.CategoryId,
                line.Quantity,
                line.Amount,
                couponShare = line.CouponShare,
                tierShare = line.TierShare,
                line.Paid,
            }),
            quote.Amounts,
            couponSellerShare = order.Facts?.Coupon?.SellerShare ?? 0m,
        });
        batch.Settle(SettlementEntries.OfCompletion(order));
    }

    private static void AddAccrued(OutboxBatch batch, Order order, PointsAccrued accrued)
    {
        var memberId = order.Request.MemberId!;
        batch.Publish(order, EventTypes.PointsAccrualRequested, accrued.At, new { order.OrderId, memberId, accrued.Points, reason = "order-completed" });
        batch.Publish(order, EventTypes.PointsAccrued, accrued.At, new { order.OrderId, memberId, accrued.Points });
        batch.Notify(order, Templates.PointsAccrued, new { order.OrderId, accrued.Points });
    }

    /// <summary>월 50만원 이상 구매 시 VIP 승급 is the member team's decision; we publish its answer (hotspot 25).</summary>
    private static void AddPurchase(OutboxBatch batch, Order order, PurchaseRecorded recorded)
    {
        var memberId = order.Request.MemberId!;
        batch.Publish(order, EventTypes.PurchaseRecorded, recorded.At, new { order.OrderId, memberId, recorded.Amount });
        batch.Publish(order, EventTypes.CumulativeAmountUpdated, recorded.At, new { memberId, recorded.MonthAmount, recorded.TotalAmount });
        if (recorded.PreviousTier is { } previous && !string.Equals(previous, recorded.Tier, StringComparison.Ordinal))
        {
            batch.Publish(order, EventTypes.TierChanged, recorded.At, new { memberId, recorded.PreviousTier, recorded.Tier });
            batch.Notify(order, Templates.TierChanged, new { order.OrderId, recorded.PreviousTier, recorded.Tier });
        }
    }
}
