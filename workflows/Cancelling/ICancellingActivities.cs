using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Shipping;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Cancelling;

/// <summary>What a cancellation gives back at the product and the promotion team (seed §5.5).</summary>
public interface ICancellingActivities
{
    /// <summary>재고 복원 요청: gives back whatever the order holds, reserved or sold. Nothing held is fine.</summary>
    [Activity]
    Task<StockGivenBackAnswer> GiveStockBackAsync(GiveStockBack request);

    /// <summary>쿠폰 복원: once. A coupon that was never redeemed is left alone.</summary>
    [Activity]
    Task<CouponAnswer> RestoreCouponAsync(RestoreCoupon request);
}

/// <summary>Gives stock back.</summary>
/// <param name="Reservation">The reservation as it was asked for; asked for again under its own key where its answer never came (<paramref name="ReservationId"/> is null).</param>
/// <param name="Commit">A commit that was asked for and whose outcome is not known: asked for again first.</param>
/// <param name="Committed">The stock is sold: <paramref name="Units"/> are restored, not released.</param>
public sealed record GiveStockBack(
    OrderRecord? Record,
    string OrderId,
    ReserveStock Reservation,
    string? ReservationId,
    CommitStock? Commit,
    bool Committed,
    IReadOnlyList<LineQuantity> Units,
    string Reason,
    string Key);

/// <summary>How stock went back, and which units.</summary>
public sealed record StockGivenBackAnswer(LedgerKind Kind, IReadOnlyList<LineQuantity> Units);

/// <summary>Gives a coupon back.</summary>
/// <param name="Certain">Whether the redemption is known to have happened; if not, it is asked for again under its own key first.</param>
public sealed record RestoreCoupon(OrderRecord? Record, RedeemCoupon Redemption, bool Certain, string Key);

/// <summary>Whether a coupon had been redeemed and is back.</summary>
public sealed record CouponAnswer(bool WasHeld);
