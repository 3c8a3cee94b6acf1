using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>What the customer ordered: validated syntactically, not yet priced. Exactly one of member and guest is set.</summary>
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

/// <summary>The answers of the product, member, promotion and logistics teams at placing: the only facts that pricing uses.</summary>
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

/// <summary>A product as the product team answers it. An unknown product has <see cref="Known"/> false; its price facts are never <c>null</c>.</summary>
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
/// <param name="Verification">The payment team's answer about the identity verification; absent: the workflow reads it before it requests the payment.</param>
/// <param name="SeenVersion">The version of the stored snapshot that the caller saw: a run that is behind it was reset, and first continues from the snapshot.</param>
public sealed record PayCommand(
    string Method, string? IdentityVerificationId = null, IdentityVerificationFact? Verification = null, long SeenVersion = 0);

/// <summary>Argument of the update <c>cancel-payment</c>.</summary>
public sealed record CancelPaymentCommand(long SeenVersion = 0);

/// <summary>Argument of the update <c>cancel</c>: the whole order, or some of its units before dispatch (부분 취소).</summary>
/// <param name="By"><c>customer</c>, <c>operator:name</c> or <c>admin:name</c>.</param>
/// <param name="CancellationId">Id of a partial cancellation, which is one of the order's refunds.</param>
public sealed record CancelCommand(
    string Reason, string By = "customer", IReadOnlyList<LineQuantity>? Lines = null, string? CancellationId = null, long SeenVersion = 0);

/// <summary>Argument of the update <c>change-address</c>.</summary>
/// <param name="Serviceability">Logistics' answer for the new postal code.</param>
public sealed record ChangeAddressCommand(ShippingAddress ShipTo, ServiceabilityFact Serviceability, long SeenVersion = 0);

/// <summary>Argument of the update <c>confirm</c>.</summary>
public sealed record ConfirmCommand(long SeenVersion = 0);

/// <summary>Argument of the update <c>request-refund</c>; without lines: all remaining units.</summary>
/// <param name="By"><c>customer</c>, <c>operator:name</c> or <c>admin:name</c>; a request by an admin is approved at once.</param>
public sealed record RefundCommand(
    string RefundId,
    string Reason,
    bool? ReturnRequired = null,
    IReadOnlyList<LineQuantity>? Lines = null,
    string By = "customer",
    long SeenVersion = 0);

/// <summary>Argument of the update <c>decide-refund</c>.</summary>
public sealed record RefundDecision(string RefundId, bool Approved, string By, string? Note = null, long SeenVersion = 0);

/// <summary>Argument of the update <c>request-exchange</c>.</summary>
public sealed record ExchangeCommand(string ExchangeId, string Reason, IReadOnlyList<LineQuantity> Lines, long SeenVersion = 0);

/// <summary>Argument of the update <c>claim</c>: the member that claims a guest's order, with the member team's data.</summary>
/// <param name="ClaimId">Identifies the claim: a repeat with the same id is the same claim.</param>
public sealed record ClaimCommand(string MemberId, string Tier, DateOnly? Birthday, long SeenVersion = 0, string? ClaimId = null);

/// <summary>Argument of the update and of the signal <c>recover</c>: one of <see cref="RecoveryActions"/>.</summary>
/// <param name="AttentionId">Which intervention; absent: the oldest.</param>
public sealed record RecoverCommand(string Action, string? Note = null, string? By = null, string? AttentionId = null, long SeenVersion = 0);

/// <summary>
/// Argument of the signal <c>withdraw</c>: the update with this id is rejected from now on, because its caller was answered that it was not handled.
/// </summary>
public sealed record WithdrawCommand(string UpdateId);

/// <summary>Actions that an operator can choose at a step that cannot be completed.</summary>
public static class RecoveryActions
{
    /// <summary>Calls again under the same idempotency key.</summary>
    public const string Retry = "retry";

    /// <summary>Continues without the step; only allowed if neither money nor stock depends on it.</summary>
    public const string Skip = "skip";

    /// <summary>Cancels the order with full compensation; only before delivery.</summary>
    public const string Compensate = "compensate";

    /// <summary>Writes off points or a coupon that their team permanently refuses; a note is required.</summary>
    public const string WriteOff = "write-off";

    /// <summary>Ends the wait for something that never arrived, with its consequence for the money.</summary>
    public const string End = "end";

    public static IReadOnlyList<string> All { get; } = [Retry, Skip, Compensate, WriteOff, End];
}
