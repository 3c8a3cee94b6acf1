using System.Text.Json;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Tests;

/// <summary>One line of an order in a test: each unit costs 10,000 won.</summary>
internal sealed record OrderedLine(string ProductId = "p-100", string SellerId = "s-1", int Quantity = 2);

/// <summary>
/// Snapshots for tests, built as an order builds them: by what happens to it, one event after the other, all at the moment it was created.
/// What else happens is applied to them by <see cref="Order.Apply"/> or by <see cref="SnapshotChanges"/>.
/// </summary>
internal static class Snapshots
{
    /// <summary>An order that was accepted and not decided yet: not priced, at version 0. One without a member is a guest's.</summary>
    public static Order New(
        string orderId, string? memberId = "m-1", DateTimeOffset? createdAt = null, IReadOnlyList<OrderedLine>? lines = null, long points = 0)
    {
        IReadOnlyList<OrderedLine> ordered = lines ?? [new OrderedLine()];
        var request = new OrderRequest
        {
            OrderId = orderId,
            MemberId = memberId,
            Guest = memberId is null ? new GuestContact("김손님", "010-1234-5678", "guest@example.com") : null,
            Lines = [.. ordered.Select(line => new LineQuantity(line.ProductId, line.Quantity))],
            ShipTo = new ShippingAddress("김주문", "010-1234-5678", "06236", "서울시 강남구 테헤란로 1", "3층"),
            Points = new Won(points),
            Payment = new PaymentChoice("card"),
        };
        var facts = new OrderFacts
        {
            Products = [.. ordered.Select(line => new ProductFact(line.ProductId, "Ramen", new Won(10_000), line.SellerId, "food", false, true, 100, []))],
            Member = memberId is null ? null : new MemberFact(memberId, "BASIC", 5_000, new DateOnly(1990, 3, 1), null),
            Serviceability = new ServiceabilityFact(Deliverable: true, Remote: false),
        };
        return Order.New(request, new OrderPolicies(), facts, createdAt ?? DateTimeOffset.UnixEpoch);
    }

    /// <summary>An order in a status that waits for no other team; cancelled, completed and refunded ones are at rest.</summary>
    public static Order Of(
        string orderId,
        string? memberId = "m-1",
        OrderStatus status = OrderStatus.Placed,
        DateTimeOffset? createdAt = null,
        IReadOnlyList<OrderedLine>? lines = null,
        long points = 0,
        long version = 1)
    {
        var order = In(status, New(orderId, memberId, createdAt, lines, points));
        return order.Status == status
            ? order with { Version = version }
            : throw new InvalidOperationException($"An order with these lines is {order.Status}, not {status}.");
    }

    private static Order In(OrderStatus status, Order order) => status switch
    {
        OrderStatus.Placed => Placed(order),
        OrderStatus.StockReserved => StockReserved(order),
        OrderStatus.AwaitingPayment => AwaitingPayment(order),
        OrderStatus.Paid => Paid(order),
        OrderStatus.Confirmed => Confirmed(order),
        OrderStatus.Preparing => Preparing(order),
        OrderStatus.Dispatching => Moved(Preparing(order), ShipmentStatus.DispatchStarted),
        OrderStatus.Shipping => Moved(Preparing(order), ShipmentStatus.Shipping),
        OrderStatus.Delivered => Delivered(order),
        OrderStatus.Completed => Completed(order),
        OrderStatus.Cancelled => Cancelled(order),
        OrderStatus.PartiallyRefunded => Refunded(order, [new LineQuantity(order.Request.Lines[0].ProductId, 1)]),
        OrderStatus.Refunded => Refunded(order, order.Request.Lines),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status of an order."),
    };

    private static Order Placed(Order order)
    {
        var (at, facts, points) = (order.CreatedAt, order.Facts!, order.Request.Points);
        var priced = order.Apply(new OrderPriced(at, OrderPricing.Quote(order.Request.Lines, facts, points, order.Policies), facts));
        var held = points > Won.Zero ? priced.Apply(new PointsUseRequested(at)).Apply(new PointsUsed(at, points)) : priced;
        return held.Apply(new OrderPlaced(at));
    }

    private static Order StockReserved(Order order)
    {
        var at = order.CreatedAt;
        return Placed(order)
            .Apply(new StockReservationRequested(at))
            .Apply(new StockReserved(
                at,
                "reservation-" + order.OrderId,
                at + order.Policies.ReservationTtl,
                [.. order.Request.Lines.Select(line => new ReservedLine(line.ProductId, line.Quantity, "w-1"))]));
    }

    private static Order AwaitingPayment(Order order)
    {
        var reserved = StockReserved(order);
        return reserved
            .Apply(new PaymentRequested(order.CreatedAt, "card", reserved.Payable))
            .Apply(new PaymentOpened(order.CreatedAt, 1, "payment-" + order.OrderId));
    }

    private static Order Paid(Order order) =>
        AwaitingPayment(order).Apply(new PaymentApproved(order.CreatedAt, 1, "payment-" + order.OrderId, "approval-1", Received: null));

    private static Order Confirmed(Order order) => Paid(order)
        .Apply(new StockCommitRequested(order.CreatedAt))
        .Apply(new StockCommitted(order.CreatedAt))
        .Apply(new OrderConfirmed(order.CreatedAt));

    private static Order Preparing(Order order)
    {
        var parcel = new PlannedShipment(order.OrderId + "-s1", "w-1", order.Request.Lines);
        return Confirmed(order)
            .Apply(new ShipmentsRequested(order.CreatedAt, [parcel]))
            .Apply(new ShipmentAccepted(order.CreatedAt, parcel.ShipmentId));
    }

    private static Order Moved(Order order, ShipmentStatus status)
    {
        var received = new PartnerEvent(
            $"{order.OrderId}-{status}",
            "/teams/logistics",
            "logistics.shipment-moved",
            order.OrderId,
            order.CreatedAt,
            JsonSerializer.SerializeToElement(new { order.OrderId }));
        var moved = order.Shipments[0] with
        {
            Status = status,
            Waybill = "waybill-1",
            Carrier = "CJ",
            DeliveredAt = status == ShipmentStatus.Delivered ? order.CreatedAt : null,
        };
        return order.Apply(new ShipmentMoved(order.CreatedAt, moved, received));
    }

    private static Order Delivered(Order order)
    {
        var arrived = Moved(Preparing(order), ShipmentStatus.Delivered);
        return arrived
            .Apply(new ShipmentClosed(order.CreatedAt, arrived.Shipments[0].ShipmentId))
            .Apply(new OrderDelivered(order.CreatedAt));
    }

    private static Order Completed(Order order)
    {
        var completed = Delivered(order).Apply(new OrderCompleted(order.CreatedAt, "customer"));
        return order.Request.MemberId is null
            ? completed
            : completed
                .Apply(new PointsAccrued(order.CreatedAt, completed.Charged.AtRate(0.01m), 0.01m))
                .Apply(new PurchaseRecorded(order.CreatedAt, completed.Charged, completed.Charged, completed.Charged, "BASIC", null));
    }

    private static Order Cancelled(Order order)
    {
        var cancelled = StockReserved(order)
            .Apply(new OrderCancelled(order.CreatedAt, CancelReason.CustomerRequest, "customer", "change of mind"))
            .Apply(new StockGivenBack(order.CreatedAt, LedgerKind.Released, order.Request.Lines));
        return order.Request.Points > Won.Zero ? cancelled.Apply(new PointsRestored(order.CreatedAt, null, order.Request.Points)) : cancelled;
    }

    private static Order Refunded(Order order, IReadOnlyList<LineQuantity> units) =>
        Delivered(order).WithRefund("r-" + order.OrderId, RefundStatus.Completed, order.CreatedAt, units);
}
