using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders.Events;

/// <summary>The order is priced and admitted by the rules.</summary>
public sealed record OrderPriced(DateTimeOffset At, OrderQuote Quote, OrderFacts Facts) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Quote = Quote, Facts = Facts };
}

/// <summary>A rule refused the order. What was already redeemed for it is compensated.</summary>
public sealed record OrderRefused(DateTimeOffset At, Rules.Refusal Refusal) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Rejection = Refusal,
        Cancellation = new Cancellation(CancelReason.Refused, "policy", Refusal.Slug, At) { DecidedAt = At, Refusal = Refusal.Slug },
    };
}

/// <summary>The promotion team is asked to redeem the coupon.</summary>
public sealed record CouponRedemptionRequested(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Coupon = ResourceStatus.Requested };
}

/// <summary>쿠폰이 사용되었다.</summary>
public sealed record CouponRedeemed(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) =>
        (order with { Coupon = ResourceStatus.Held }).With(LedgerKind.CouponRedeemed, "order", At, couponCode: order.Request.CouponCode);
}

/// <summary>쿠폰 사용이 실패했다: nothing was redeemed.</summary>
public sealed record CouponRedemptionRejected(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Coupon = ResourceStatus.None };
}

/// <summary>The member team is asked to use points.</summary>
public sealed record PointsUseRequested(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Points = ResourceStatus.Requested };
}

/// <summary>포인트가 사용되었다.</summary>
public sealed record PointsUsed(DateTimeOffset At, Won Points) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => (order with { Points = ResourceStatus.Held }).With(LedgerKind.PointsUsed, "order", At, points: Points);
}

/// <summary>포인트 사용이 실패했다: no points were used.</summary>
public sealed record PointsUseRejected(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Points = ResourceStatus.None };
}

/// <summary>주문이 접수되었다.</summary>
public sealed record OrderPlaced(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { PlacedAt = At };
}

/// <summary>재고 확보가 요청되었다.</summary>
public sealed record StockReservationRequested(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Stock = order.Stock with { Status = StockStatus.Requested, RequestedAt = At } };
}

/// <summary>재고가 확보되었다: the team's answer covers the requested units.</summary>
/// <param name="ExpiresAt">Our own expiry (TTL from the request), or the team's if it is earlier and at least a minute away.</param>
public sealed record StockReserved(DateTimeOffset At, string ReservationId, DateTimeOffset ExpiresAt, IReadOnlyList<ReservedLine> Lines) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => (order with
    {
        Stock = order.Stock with { Status = StockStatus.Reserved, ReservationId = ReservationId, ExpiresAt = ExpiresAt, Lines = Lines },
    }).With(LedgerKind.Reserved, "order", At, units: OrderPricing.Merge([.. Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))]));
}

/// <summary>
/// The team's answer does not cover the requested units: it needs an intervention. The reservation's id is retained so that it can be released.
/// </summary>
public sealed record StockReservationMismatched(DateTimeOffset At, string ReservationId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Stock = order.Stock with { ReservationId = ReservationId } };
}

/// <summary>An order of pre-orders only: it waits for payment as long as a reservation would last.</summary>
public sealed record NothingToReserve(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Stock = order.Stock with { Status = StockStatus.Reserved, RequestedAt = At, ExpiresAt = At + order.Policies.ReservationTtl },
    };
}

/// <summary>재고가 부족하다: the order is cancelled with full compensation.</summary>
public sealed record StockShortageFound(DateTimeOffset At, IReadOnlyList<StockShortage> Shortages, Rules.Refusal Refusal) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Stock = order.Stock with { Status = StockStatus.None }, Rejection = Refusal };
}
