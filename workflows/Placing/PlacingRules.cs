using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Placing;

/// <summary>Rules of placing (주문 접수).</summary>
public static class PlacingRules
{
    /// <summary>The team's earlier expiry is accepted if it leaves at least this much.</summary>
    private static readonly TimeSpan ShortestReservation = TimeSpan.FromMinutes(1);

    /// <summary>Prices the order, or refuses it.</summary>
    public static DomainEvent Price(Order order, OrderFacts facts, DateTimeOffset now) =>
        OrderRules.Validate(order.Request, facts, order.Policies) is { } refusal
            ? new OrderRefused(now, refusal)
            : new OrderPriced(now, OrderPricing.Quote(order.Request.Lines, facts, order.Request.Points, order.Policies), facts);

    /// <summary>The reservation request of an order.</summary>
    public static ReserveStock Reservation(Order order, Recording.OrderRecord? record) => new(
        record,
        order.OrderId,
        $"{order.OrderId}/reserve-stock/1",
        order.StockLines,
        (int)Math.Ceiling(order.Policies.ReservationTtl.TotalSeconds),
        order.Policies.SimilarProductCount);

    public static RedeemCoupon Redemption(Order order) =>
        new(order.OrderId, order.Request.MemberId!, order.Request.CouponCode!, $"{order.OrderId}/redeem-coupon/1");

    public static UsePoints PointUse(Order order) => new(order.OrderId, order.Request.MemberId!, order.Request.Points, $"{order.OrderId}/use-points/1");

    /// <summary>
    /// Applies the answer to a reservation: reserved and, if the customer chose a method, payment requested; or a shortage. <c>null</c>: the answer
    /// does not cover the requested units and is not accepted.
    /// </summary>
    public static IReadOnlyList<DomainEvent>? Reserved(Order order, StockReservationAnswer answer, DateTimeOffset now)
    {
        if (answer.ReservationId is not { } reservationId)
        {
            var refusal = Refusal.Of(
                RefusalSlugs.StockShortage, "There is not enough stock.", new { order.OrderId, answer.Shortages, answer.Recommendations });
            return
            [
                new StockShortageFound(now, answer.Shortages, refusal),
                new OrderCancelled(now, CancelReason.StockShortage, "policy", "stock shortage"),
            ];
        }

        return Covers(answer.Lines, order.StockLines)
            ? [new StockReserved(now, reservationId, Expiry(order, answer.ExpiresAt, now), answer.Lines), .. FirstPayment(order, now)]
            : null;
    }

    /// <summary>An order of pre-orders only reserves nothing.</summary>
    public static IReadOnlyList<DomainEvent> WithoutStock(Order order, DateTimeOffset now) => [new NothingToReserve(now), .. FirstPayment(order, now)];

    /// <summary>What was expected and what was received, in words.</summary>
    public static string Mismatch(Order order, StockReservationAnswer answer) =>
        $"the reservation does not cover the order: expected {Words(order.StockLines)}, received "
        + Words([.. answer.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))]);

    /// <summary>Whether a reservation's lines are exactly the requested ones.</summary>
    public static bool Covers(IReadOnlyList<ReservedLine> reserved, IReadOnlyList<LineQuantity> asked)
    {
        var held = OrderPricing.Merge([.. reserved.Select(line => new LineQuantity(line.ProductId, line.Quantity))]);
        return reserved.All(line => line.Quantity > 0) && held.Count == asked.Count
            && asked.All(line => held.Any(part => part.ProductId == line.ProductId && part.Quantity == line.Quantity));
    }

    private static IEnumerable<DomainEvent> FirstPayment(Order order, DateTimeOffset now) =>
        order.Payable == Won.Zero ? [new PaidWithoutCard(now)]
        : order.Request.Payment is { } payment ? [new PaymentRequested(now, payment.Method, order.Payable)]
        : [];

    /// <summary>
    /// Our TTL from the request, so that the team's clock does not matter; the team's expiry is used only if it is earlier and not too close.
    /// </summary>
    private static DateTimeOffset Expiry(Order order, DateTimeOffset? theirs, DateTimeOffset now)
    {
        var ours = (order.Stock.RequestedAt ?? now) + order.Policies.ReservationTtl;
        return theirs is { } earlier && earlier < ours && earlier >= now + ShortestReservation ? earlier : ours;
    }

    private static string Words(IReadOnlyList<LineQuantity> lines) =>
        lines.Count == 0 ? "nothing" : string.Join(", ", lines.Select(line => $"{line.Quantity} × {line.ProductId}"));
}
