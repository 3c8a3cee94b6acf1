using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Stock of one product in one warehouse, set by hand.</summary>
public sealed record StockChange(string ProductId, string WarehouseId, long Free);

/// <summary>A product changed by hand; the product team publishes it.</summary>
/// <param name="OnSale">False publishes <c>product.sale-stopped</c>.</param>
public sealed record ProductChange(string ProductId, string? Name = null, long? Price = null, bool? OnSale = null, string? Reason = null);

/// <summary>A member changed by hand.</summary>
/// <param name="Deleted">True: the member is deleted; every call for it, also for its coupons, is 404. False: the deletion is reversed.</param>
public sealed record MemberChange(string MemberId, long? PointBalance = null, string? Tier = null, bool? Deleted = null);

/// <summary>An identity verification set by hand.</summary>
public sealed record VerificationChange(string VerificationId, string MemberId, bool Verified);

/// <summary>Body of <c>PUT /scenario</c>: every part is optional; rules are added before the existing ones.</summary>
public sealed record ScenarioChange(
    IReadOnlyList<PaymentRule>? Payments = null,
    IReadOnlyList<ShipmentRule>? Shipments = null,
    IReadOnlyList<PickupRule>? Pickups = null,
    IReadOnlyList<PayoutRule>? Payouts = null,
    IReadOnlyList<StockChange>? Stock = null,
    IReadOnlyList<ProductChange>? Products = null,
    IReadOnlyList<MemberChange>? Members = null,
    IReadOnlyList<VerificationChange>? Verifications = null,
    IReadOnlyList<RefundRule>? Refunds = null);

/// <summary>Body of <c>POST /decisions</c>: decides a payment by hand.</summary>
/// <param name="Amount">Won charged instead of the requested amount.</param>
public sealed record PaymentDecision(string PaymentId, PaymentOutcome Outcome, string? DeclineCode = null, long? Amount = null);

/// <summary>Body of <c>POST /events</c>: publishes an arbitrary event as a team.</summary>
public sealed record EventByHand(Team Team, string Type, string Subject, System.Text.Json.JsonElement Data);

/// <summary>Body of <c>PUT /faults</c>.</summary>
/// <param name="Seed">Seed of the random sequence.</param>
public sealed record FaultsChange(IReadOnlyList<Faults.FaultRule> Rules, int? Seed = null);
