using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>Fixed Temporal names (contract §3): other programs start and steer orders by them.</summary>
public static class OrderTemporal
{
    public const string TaskQueue = "orders";
    public const string WorkflowType = "OrderWorkflow";

    public static string WorkflowId(string orderId) => "order-" + orderId;
}

/// <summary>What an order workflow is started with.</summary>
/// <param name="Policies">The values the order lives under for its whole life; a later change of configuration does not touch it.</param>
/// <param name="Facts">
/// What the teams said when the order was priced. Absent where a team could not be reached: the workflow then asks itself, for as long as it takes.
/// </param>
public sealed record OrderInput(OrderRequest Request, OrderPolicies Policies, OrderFacts? Facts, DateTimeOffset RequestedAt);

/// <summary>The wish of the customer, validated for shape but not yet priced. Exactly one of member and guest is set.</summary>
public sealed record OrderRequest
{
    public required string OrderId { get; init; }

    public string? MemberId { get; init; }

    public GuestContact? Guest { get; init; }

    public required IReadOnlyList<LineQuantity> Lines { get; init; }

    public required ShippingAddress ShipTo { get; init; }

    public string? DeliveryNote { get; init; }

    public string? CouponCode { get; init; }

    public Won Points { get; init; }

    /// <summary>Absent: the customer pays later, within the reservation.</summary>
    public PaymentChoice? Payment { get; init; }
}

/// <summary>Who a guest order belongs to. Personal data: never logged.</summary>
public sealed record GuestContact(string Name, string Phone, string Email);

/// <summary>How the customer pays.</summary>
public sealed record PaymentChoice(string Method, string? IdentityVerificationId = null);

/// <summary>What product, member, promotion and logistics said when they were asked at placing: the only facts that pricing uses.</summary>
public sealed record OrderFacts
{
    public required IReadOnlyList<ProductFact> Products { get; init; }

    /// <summary>Absent for a guest.</summary>
    public MemberFact? Member { get; init; }

    /// <summary>Absent where no coupon is used.</summary>
    public CouponFact? Coupon { get; init; }

    public required ServiceabilityFact Serviceability { get; init; }

    /// <summary>Absent where no identity verification was given.</summary>
    public IdentityVerificationFact? IdentityVerification { get; init; }
}

/// <summary>A product as the product team answers it; <c>null</c> price facts never occur: an unknown product has <see cref="Known"/> false.</summary>
public sealed record ProductFact(
    string ProductId,
    string Name,
    Won Price,
    string SellerId,
    string CategoryId,
    bool PreOrder,
    bool OnSale,
    int Available,
    IReadOnlyList<ProductDiscount> Discounts,
    bool Known = true);

/// <summary>A product's or its category's discount: a fraction of the price, or won per unit.</summary>
public sealed record ProductDiscount(DiscountScope Scope, DiscountKind Kind, decimal Value);

/// <summary>What a discount belongs to.</summary>
public enum DiscountScope
{
    Product,
    Category,
}

/// <summary>Whether a discount's value is a fraction or an amount in won.</summary>
public enum DiscountKind
{
    Rate,
    Amount,
}

/// <summary>A member as the member team answers it.</summary>
public sealed record MemberFact(string MemberId, string Tier, long PointBalance, DateOnly? Birthday, string? Phone);

/// <summary>A coupon as the promotion team answers it; <paramref name="SellerShare"/> is the fraction of the discount that sellers bear.</summary>
public sealed record CouponFact(
    string Code, bool Valid, string? Reason, DiscountKind Kind, decimal Value, Won? MaxDiscount, Won? MinOrderAmount, decimal SellerShare);

/// <summary>Whether logistics delivers to a postal code, and whether it is remote (도서산간).</summary>
public sealed record ServiceabilityFact(bool Deliverable, bool Remote);

/// <summary>An identity verification (본인인증) as the payment team answers it.</summary>
public sealed record IdentityVerificationFact(string Id, bool Verified, string? MemberId);

/// <summary>Argument of the update <c>pay</c>.</summary>
public sealed record PayCommand(string Method, string? IdentityVerificationId = null);

/// <summary>Argument of the update <c>cancel</c>. <paramref name="By"/>: <c>customer</c> or <c>operator:name</c>.</summary>
public sealed record CancelCommand(string Reason, string By = "customer");

/// <summary>Argument of the update <c>request-refund</c>; no lines: all that is left.</summary>
public sealed record RefundCommand(string RefundId, string Reason, bool? ReturnRequired = null, IReadOnlyList<LineQuantity>? Lines = null);

/// <summary>Argument of the update <c>decide-refund</c>.</summary>
public sealed record RefundDecision(string RefundId, bool Approved, string By, string? Note = null);

/// <summary>Argument of the update <c>request-exchange</c>.</summary>
public sealed record ExchangeCommand(string ExchangeId, string Reason, IReadOnlyList<LineQuantity> Lines);

/// <summary>Argument of the update and of the signal <c>recover</c>: <c>retry</c>, <c>skip</c> or <c>compensate</c>.</summary>
public sealed record RecoverCommand(string Action, string? Note = null, string? By = null);
