using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>The phases of an order in which nothing goes wrong; each one applies the earlier phases that did not happen yet.</summary>
internal sealed partial class OrderSpecification
{
    /// <summary>Two lines of one member, 2 × 30,000 and 1 × 60,000: 120,000, nothing off, nothing for shipping.</summary>
    public static OrderSpecification Simple(Won? points = null, PaymentChoice? payment = null) => Of(
        Request(Line("p-1", 2), Line("p-2")) with { Points = points ?? Won(0), Payment = payment },
        Facts(Product("p-1", 30_000), Product("p-2", 60_000)) with { Member = Member(points: 50_000) });

    /// <summary>The order of the seed (§5.6): 120,000 − coupon 10,000 − VIP 5,500 = 104,500.</summary>
    public static OrderSpecification Seed() => Of(
        Request(Line("p-1", 2)) with { CouponCode = "COUPON" },
        Facts(Product("p-1", 60_000)) with { Member = Member("VIP"), Coupon = CouponOf(10_000) });

    public OrderSpecification Priced() => Order.Quote is not null ? this : Given(PlacingRules.Price(Order, Order.Facts!, Now));

    public OrderSpecification Reserved()
    {
        if (Order.Stock.Status != StockStatus.None)
        {
            return this;
        }

        Priced();
        if (Order.Request.CouponCode is not null)
        {
            Given(new CouponRedemptionRequested(Now), new CouponRedeemed(Now));
        }

        if (Order.Request.Points.Amount > 0)
        {
            Given(new PointsUseRequested(Now), new PointsUsed(Now, Order.Request.Points));
        }

        Given(new OrderPlaced(Now));
        return Order.StockLines.Count == 0
            ? Given(PlacingRules.WithoutStock(Order, Now))
            : Given(new StockReservationRequested(Now)).Given(PlacingRules.Reserved(Order, Answer(), Now)!);
    }

    /// <summary>An attempt is open and known to the payment team as <c>pay-1</c>, <c>pay-2</c>, …</summary>
    public OrderSpecification Paying(string method = "card")
    {
        Reserved();
        if (Order.OpenAttempt is null)
        {
            Given(new PaymentRequested(Now, method, Order.Payable));
        }

        var open = Order.OpenAttempt!;
        return open.PaymentId is null ? Given(new PaymentOpened(Now, open.Number, $"pay-{open.Number}")) : this;
    }

    public OrderSpecification Paid()
    {
        if (Order.IsPaid)
        {
            return this;
        }

        Reserved();
        return Order.IsPaid ? this : Paying().When(Payment.Approved(Order));
    }

    public OrderSpecification Prepared()
    {
        if (!Order.Shipments.IsEmpty)
        {
            return this;
        }

        Paid();
        if (Order.Stock.ReservationId is not null)
        {
            Given(new StockCommitRequested(Now), new StockCommitted(Now));
        }

        Given(new OrderConfirmed(Now), ShippingRules.FirstShipments(Order, Now));
        return Given([.. Order.Shipments.Select(shipment => new ShipmentAccepted(Now, shipment.ShipmentId))]);
    }

    public OrderSpecification Dispatched() => Each(Workflows.Events.EventTypes.Dispatched);

    public OrderSpecification Shipped() => Each(Workflows.Events.EventTypes.PartnerShippingStarted);

    public OrderSpecification Delivered() => Each(Workflows.Events.EventTypes.PartnerDelivered);

    public OrderSpecification Completed(string by = "customer")
    {
        if (Order.IsCompleted)
        {
            return this;
        }

        Delivered().Given(CompletingRules.Completed(by, Now));
        return Order.Reward.Status == RewardStatus.Due ? Rewarded() : this;
    }

    /// <summary>The points of the purchase are accrued and it is in the member's history.</summary>
    public OrderSpecification Rewarded()
    {
        var rate = CompletingRules.AccrualRate(Order, Now);
        return Given(
            new PointsAccrued(Now, CompletingRules.Points(Order, rate), rate),
            new PurchaseRecorded(Now, Order.Charged, Order.Charged, Order.Charged, "GOLD", null));
    }

    public OrderSpecification Cancelled(CancelReason reason = CancelReason.CustomerRequest) =>
        Given(Workflows.Cancelling.CancellingRules.Requested(Order, reason, "customer", "changed my mind", Now));

    /// <summary>The product team's answer that covers everything requested, from one warehouse.</summary>
    public StockReservationAnswer Answer(DateTimeOffset? expiresAt = null) =>
        new("res-1", expiresAt, [.. Order.StockLines.Select(line => new ReservedLine(line.ProductId, line.Quantity, "w-1"))], [], []);

    private OrderSpecification Each(string type)
    {
        Prepared();
        foreach (var shipment in Order.TravellingShipments.ToList())
        {
            When(Logistics.Says(type, shipment.ShipmentId, $"{type}/{shipment.ShipmentId}"));
        }

        return this;
    }
}
