namespace OrderOrchestration.Partners.Promotions;

/// <summary>How a coupon's value is calculated.</summary>
public enum CouponKind
{
    /// <summary>Won.</summary>
    Amount,

    /// <summary>A fraction of the product amount.</summary>
    Rate,
}

/// <summary>A coupon as the catalogue describes it.</summary>
/// <param name="Value">Won, or a fraction.</param>
/// <param name="ExpiresAt">Not valid from this moment on.</param>
/// <param name="SellerShare">Fraction of the discount that the seller bears.</param>
/// <param name="MaxDiscount">Maximum discount, won.</param>
/// <param name="MinOrderAmount">Minimum product amount, won.</param>
/// <param name="UsesPerMember">How often one member may use it; absent: any number.</param>
/// <param name="UsesInTotal">How often all members together may use it; absent: any number.</param>
public sealed record Coupon(
    string Code,
    CouponKind Kind,
    decimal Value,
    DateTimeOffset ExpiresAt,
    decimal SellerShare = 0,
    long? MaxDiscount = null,
    long? MinOrderAmount = null,
    int? UsesPerMember = 1,
    int? UsesInTotal = null);

/// <summary>Answer of <c>GET /coupons/{code}/validity</c>.</summary>
/// <param name="Reason"><c>conditions-not-met</c>, <c>already-used</c> or <c>expired</c>.</param>
public sealed record CouponValidity(
    bool Valid, string? Reason, CouponKind Kind, decimal Value, long? MaxDiscount, long? MinOrderAmount, decimal SellerShare);

/// <summary>Body of <c>POST /coupons/{code}/redemptions</c>.</summary>
public sealed record RedemptionRequest(string OrderId, string MemberId);

/// <summary>Body of <c>POST /coupons/{code}/restorations</c>.</summary>
public sealed record CouponRestorationRequest(string OrderId, string? MemberId = null, string? Reason = null);

/// <summary>The redemption of a coupon by an order.</summary>
public sealed record RedemptionInfo(string Code, string OrderId, string MemberId, DateTimeOffset RedeemedAt, DateTimeOffset? RestoredAt);
