using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Shipping;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Cancelling;

/// <summary>Compensations of a cancellation at the product and the promotion team (seed §5.5).</summary>
public interface ICancellingActivities
{
    /// <summary>재고 복원 요청: releases reserved stock or restores sold stock. Does nothing if the order has neither.</summary>
    [Activity]
    Task<RestoreStockAnswer> RestoreStockAsync(RestoreStockRequest request);

    /// <summary>쿠폰 복원, once. A coupon that was never redeemed is not changed.</summary>
    [Activity]
    Task<CouponAnswer> RestoreCouponAsync(RestoreCoupon request);
}

/// <summary>Request to release or restore stock.</summary>
/// <param name="Reservation">The original reservation request; sent again under its own key if its outcome is unknown (<paramref name="ReservationId"/> is null).</param>
/// <param name="Commit">A requested commit with an unknown outcome: requested again first.</param>
/// <param name="Committed">The stock is sold: <paramref name="Units"/> are restored, not released.</param>
public sealed record RestoreStockRequest(
    OrderRecord? Record,
    string OrderId,
    ReserveStock Reservation,
    string? ReservationId,
    CommitStock? Commit,
    bool Committed,
    IReadOnlyList<LineQuantity> Units,
    string Reason,
    string Key);

/// <summary>How stock was given back, and which units.</summary>
public sealed record RestoreStockAnswer(LedgerKind Kind, IReadOnlyList<LineQuantity> Units);

/// <summary>Request to restore a coupon.</summary>
/// <param name="Certain">Whether the redemption is known to have happened; if not, it is requested again under its own key first.</param>
public sealed record RestoreCoupon(OrderRecord? Record, RedeemCoupon Redemption, bool Certain, string Key);

/// <summary>Whether a coupon had been redeemed and is restored.</summary>
public sealed record CouponAnswer(bool WasHeld);
