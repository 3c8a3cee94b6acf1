using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Placing;

/// <summary>Activities of placing an order at other teams (seed §5.1, §5.3, §5.6).</summary>
public interface IPlacingActivities
{
    /// <summary>Reads the facts of an order from the teams, if its starter could not reach them.</summary>
    [Activity]
    Task<OrderFacts> ReadFactsAsync(OrderRequest request);

    /// <summary>쿠폰 사용: once, when the order is placed (hotspot 18). A refusal is an answer, not a failure.</summary>
    [Activity]
    Task<UseAnswer> RedeemCouponAsync(RedeemCoupon redemption);

    /// <summary>포인트 사용. A refusal is an answer, not a failure.</summary>
    [Activity]
    Task<UseAnswer> UsePointsAsync(UsePoints use);

    /// <summary>재고 확보 요청: all lines or none. A shortage is an answer, not a failure.</summary>
    [Activity]
    Task<StockReservationAnswer> ReserveStockAsync(ReserveStock request);
}

/// <summary>Request to redeem a coupon for an order.</summary>
public sealed record RedeemCoupon(string OrderId, string MemberId, string Code, string Key);

/// <summary>Request to use points for an order.</summary>
public sealed record UsePoints(string OrderId, string MemberId, Won Points, string Key);

/// <summary>Whether the coupon or the points were used, or why not.</summary>
public sealed record UseAnswer(bool Used, string? Reason);

/// <summary>Request to reserve stock for every line that is not a pre-order.</summary>
/// <param name="Record">Written before the team is called.</param>
/// <param name="Similar">Number of similar products to recommend for a product with a shortage.</param>
public sealed record ReserveStock(
    OrderRecord? Record, string OrderId, string Key, IReadOnlyList<LineQuantity> Lines, int TtlSeconds, int Similar);

/// <summary>Either a reservation, or the shortages with recommended products.</summary>
/// <param name="ExpiresAt">The expiry as reported by the team; used only if it is earlier than our own and at least a minute away.</param>
public sealed record StockReservationAnswer(
    string? ReservationId,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<ReservedLine> Lines,
    IReadOnlyList<StockShortage> Shortages,
    IReadOnlyList<string> Recommendations);
