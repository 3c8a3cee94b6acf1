using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Publications of 주문 접수.</summary>
internal static class PlacingPublications
{
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case OrderPlaced placed:
                AddPlaced(batch, order, placed.At);
                break;
            case StockReservationRequested requested:
                batch.Publish(order, EventTypes.StockReservationRequested, requested.At, new { order.OrderId, lines = order.StockLines });
                break;
            case StockReserved reserved:
                batch.Publish(
                    order, EventTypes.StockReserved, reserved.At, new { order.OrderId, reserved.ReservationId, reserved.Lines, reserved.ExpiresAt });
                batch.Notify(order, Templates.OrderPlaced, new { order.OrderId, order.Payable });
                break;
            case StockShortageFound shortage:
                batch.Publish(order, EventTypes.StockInsufficient, shortage.At, new { order.OrderId, shortage.Shortages });
                break;
            case OrderRefused refused:
                batch.Publish(order, EventTypes.OrderCancelled, refused.At, new { order.OrderId, reason = CancelReason.Refused, refusal = refused.Refusal.Slug });
                break;
        }
    }

    private static void AddPlaced(OutboxBatch batch, Order order, DateTimeOffset at)
    {
        var request = order.Request;
        var amounts = order.Quote!.Amounts;
        batch.Publish(order, EventTypes.OrderPlaced, at, new { order.OrderId, request.MemberId, lines = request.Lines, amounts });
        batch.Publish(order, EventTypes.ShippingAddressSelected, at, new { order.OrderId, request.ShipTo.PostalCode });
        if (request.DeliveryNote is not null)
        {
            batch.Publish(order, EventTypes.DeliveryNoteRegistered, at, new { order.OrderId, request.DeliveryNote });
        }

        if (order.Coupon == ResourceStatus.Held)
        {
            batch.Publish(order, EventTypes.CouponRedeemed, at, new { order.OrderId, request.CouponCode });
            batch.Publish(order, EventTypes.CouponApplied, at, new { order.OrderId, request.CouponCode, discount = amounts.CouponDiscount });
        }

        if (order.Points == ResourceStatus.Held)
        {
            batch.Publish(order, EventTypes.PointsUsed, at, new { order.OrderId, request.MemberId, request.Points });
        }

        if (amounts.TierDiscount > Won.Zero)
        {
            batch.Publish(
                order, EventTypes.TierBenefitApplied, at, new { order.OrderId, request.MemberId, order.Member!.Tier, discount = amounts.TierDiscount });
        }

        batch.Publish(
            order,
            EventTypes.DiscountFixed,
            at,
            new { order.OrderId, amounts.Items, amounts.CouponDiscount, amounts.TierDiscount, amounts.ShippingFee, amounts.Payable });
    }
}
