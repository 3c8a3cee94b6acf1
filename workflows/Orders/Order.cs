using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// One order (주문): the result of its events, including requests to other teams that are not answered yet. It is pure data and changes only by <see
/// cref="Apply"/>. Serialized as a whole, it is the snapshot from which any later run continues (domain truth 10). Derived values are not stored: see
/// the extensions <c>Order…</c> in this folder.
/// </summary>
public sealed record Order
{
    public required OrderRequest Request { get; init; }

    /// <summary>The policies the order was placed under; a later change of configuration does not touch it.</summary>
    public required OrderPolicies Policies { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts the records written of this order; a stored snapshot is only ever replaced by a higher one.</summary>
    public long Version { get; init; }

    /// <summary>Where the parcels go; may change until dispatch.</summary>
    public required ShippingAddress ShipTo { get; init; }

    /// <summary>The teams' answers when the order was priced; what is retained after a refund is priced by them again.</summary>
    public OrderFacts? Facts { get; init; }

    /// <summary>Absent until the order is priced.</summary>
    public OrderQuote? Quote { get; init; }

    /// <summary>Units that were cancelled before payment: the quote no longer contains them.</summary>
    public ImmutableList<LineQuantity> UnitsCancelledUnpaid { get; init; } = [];

    /// <summary>The order passed validation and was accepted (주문 접수).</summary>
    public DateTimeOffset? PlacedAt { get; init; }

    public ResourceStatus Coupon { get; init; }

    public ResourceStatus Points { get; init; }

    public StockReservation Stock { get; init; } = new();

    public ImmutableList<PaymentAttempt> Payments { get; init; } = [];

    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Paid and stock committed (주문 확정).</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    public ImmutableList<Shipment> Shipments { get; init; } = [];

    /// <summary>When the last parcel arrived.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When the purchase is confirmed automatically; absent before delivery and once completed.</summary>
    public DateTimeOffset? AutoConfirmAt { get; init; }

    /// <summary>When the purchase was confirmed (구매 확정).</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Who completed it: <c>customer</c> or <c>auto</c>.</summary>
    public string? CompletedBy { get; init; }

    public Reward Reward { get; init; } = new();

    public Cancellation? Cancellation { get; init; }

    public ImmutableList<Refund> Refunds { get; init; } = [];

    public ImmutableList<Exchange> Exchanges { get; init; } = [];

    public ClaimCommand? Claim { get; init; }

    public ImmutableList<Attention> Attentions { get; init; } = [];

    /// <summary>How many interventions were requested so far; the next id is derived from it.</summary>
    public int AttentionCount { get; init; }

    /// <summary>Why the order was refused, a stock shortage included: the answer of the update <c>place</c>.</summary>
    public Rules.Refusal? Rejection { get; init; }

    public int AddressChanges { get; init; }

    /// <summary>The requested new address, until logistics agrees; absent if none is requested.</summary>
    public ShippingAddress? PendingAddress { get; init; }

    /// <summary>Logistics may have another address than the order: the current one is sent until logistics accepts it.</summary>
    public bool AddressUncertain { get; init; }

    /// <summary>Counts the requests to logistics for an address; part of their idempotency keys.</summary>
    public int AddressRequests { get; init; }

    /// <summary>Parcels that logistics could not stop when it was last asked.</summary>
    public IReadOnlyList<string> StopRefusedFor { get; init; } = [];

    /// <summary>Events that could not be applied because of an unexpected error; each waits for an operator.</summary>
    public ImmutableList<PartnerEvent> UnappliedEvents { get; init; } = [];

    /// <summary>The sum of foreign refunds that an operator has acknowledged, won.</summary>
    public Money.Won ForeignAcknowledged { get; init; }

    /// <summary>Differences from the payment team's records that cannot be corrected automatically; each waits for an operator.</summary>
    public ImmutableList<PaymentDifference> PaymentDifferences { get; init; } = [];

    /// <summary>Counts the requests to stop parcels; part of their idempotency keys.</summary>
    public int StopRequests { get; init; }

    /// <summary>The movements of won, points, units and coupon of the order; append-only.</summary>
    public ImmutableList<LedgerEntry> Ledger { get; init; } = [];

    /// <summary>Ids of the latest events of other teams that were applied: a repeated event is ignored.</summary>
    public ImmutableList<string> ProcessedEventIds { get; init; } = [];

    /// <summary>A new order, before any request to another team.</summary>
    public static Order New(OrderRequest request, OrderPolicies policies, OrderFacts? facts, DateTimeOffset at) => new()
    {
        Request = request,
        Policies = policies,
        Facts = facts,
        ShipTo = request.ShipTo,
        CreatedAt = at,
        UpdatedAt = at,
    };

    /// <summary>The order after an event.</summary>
    public Order Apply(DomainEvent change) => change.ApplyTo(this) with { UpdatedAt = change.At > UpdatedAt ? change.At : UpdatedAt };
}

/// <summary>An event of an order. Its state change is defined only by <see cref="ApplyTo"/>.</summary>
/// <param name="At">When it happened.</param>
public abstract record DomainEvent(DateTimeOffset At)
{
    /// <summary>The order after the event.</summary>
    public abstract Order ApplyTo(Order order);
}

/// <summary>The redemption status of a coupon, or of points.</summary>
public enum ResourceStatus
{
    /// <summary>Never requested, or refused.</summary>
    None,

    /// <summary>Requested; the outcome is not known. Compensation repeats the request under the same key before it gives back.</summary>
    Requested,

    Held,

    /// <summary>Given back, or written off: nothing is left to compensate.</summary>
    Released,
}
