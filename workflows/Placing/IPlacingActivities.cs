using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Placing;

/// <summary>What placing an order asks of other teams (seed §5.1, §5.3, §5.6).</summary>
public interface IPlacingActivities
{
    /// <summary>Asks the teams for the facts of an order whose starter could not reach them.</summary>
    [Activity]
    Task<OrderFacts> ReadFactsAsync(OrderRequest request);

    /// <summary>쿠폰 사용: once, when the order is placed (hotspot 18). A refusal is an answer.</summary>
    [Activity]
    Task<UseAnswer> RedeemCouponAsync(RedeemCoupon redemption);

    /// <summary>포인트 사용. A refusal is an answer.</summary>
    [Activity]
    Task<UseAnswer> UsePointsAsync(UsePoints use);

    /// <summary>재고 확보 요청: all lines or none. A shortage is an answer, not a failure.</summary>
    [Activity]
    Task<StockReservationAnswer> ReserveStockAsync(ReserveStock request);
}

/// <summary>Redeems a coupon for an order.</summary>
public sealed record RedeemCoupon(string OrderId, string MemberId, string Code, string Key);

/// <summary>Uses points for an order.</summary>
public sealed record UsePoints(string OrderId, string MemberId, Won Points, string Key);

/// <summary>Whether coupon or points were taken, or why not.</summary>
public sealed record UseAnswer(bool Used, string? Reason);

/// <summary>Asks for stock of every line that is not a pre-order.</summary>
/// <param name="Record">Written before the team is called.</param>
/// <param name="Similar">How many similar products to name for a product that is short.</param>
public sealed record ReserveStock(
    OrderRecord? Record, string OrderId, string Key, IReadOnlyList<LineQuantity> Lines, int TtlSeconds, int Similar);

/// <summary>Either a reservation, or what is short and what could be bought instead.</summary>
/// <param name="ExpiresAt">The team's word; the order lives by its own TTL.</param>
public sealed record StockReservationAnswer(
    string? ReservationId,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<ReservedLine> Lines,
    IReadOnlyList<StockShortage> Shortages,
    IReadOnlyList<string> Recommendations);
