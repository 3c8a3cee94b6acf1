using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// One order (주문): everything that happened to it and everything that was asked of other teams for it and not answered yet. It is pure data;
/// it changes only by <see cref="Apply"/>. Serialized whole it is the snapshot from which an order is taken up again anywhere (domain truth 10).
/// What can be derived is not stored: see the extensions <c>Order…</c> beside this file.
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

    /// <summary>What the teams said when the order was priced; what is retained after a refund is priced by it again.</summary>
    public OrderFacts? Facts { get; init; }

    /// <summary>Absent until the order is priced.</summary>
    public OrderQuote? Quote { get; init; }

    /// <summary>Units that were cancelled before payment: the quote no longer holds them.</summary>
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

    /// <summary>When the purchase confirms itself; absent before delivery and once completed.</summary>
    public DateTimeOffset? AutoConfirmAt { get; init; }

    /// <summary>When the customer kept the goods (구매 확정).</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Who completed it: <c>customer</c> or <c>auto</c>.</summary>
    public string? CompletedBy { get; init; }

    public Reward Reward { get; init; } = new();

    public Cancellation? Cancellation { get; init; }

    public ImmutableList<Refund> Refunds { get; init; } = [];

    public ImmutableList<Exchange> Exchanges { get; init; } = [];

    public ClaimCommand? Claim { get; init; }

    public ImmutableList<Attention> Attentions { get; init; } = [];

    /// <summary>How many interventions were ever asked for: the next one's number.</summary>
    public int AttentionCount { get; init; }

    /// <summary>Why the order was refused, or what it was short of: the answer of the update <c>place</c>.</summary>
    public Rules.Refusal? Rejection { get; init; }

    public int AddressChanges { get; init; }

    /// <summary>Where the parcels are to go once logistics agrees; absent where nobody asked.</summary>
    public ShippingAddress? PendingAddress { get; init; }

    /// <summary>Logistics did not answer a change of address: it is told the address that holds until it answers.</summary>
    public bool AddressUncertain { get; init; }

    /// <summary>How often logistics was asked for another address: each time under keys of its own.</summary>
    public int AddressRequests { get; init; }

    /// <summary>Parcels that logistics could not stop when it was last asked.</summary>
    public IReadOnlyList<string> StopRefusedFor { get; init; } = [];

    /// <summary>Events that could not be applied because of an unexpected error: each waits for an operator.</summary>
    public ImmutableList<PartnerEvent> UnappliedEvents { get; init; } = [];

    /// <summary>Of the money that foreigners gave back, what an operator has decided about, won.</summary>
    public Money.Won ForeignAcknowledged { get; init; }

    /// <summary>What the payment team's books say otherwise and nothing could put right: each waits for an operator.</summary>
    public ImmutableList<PaymentDifference> PaymentDifferences { get; init; } = [];

    /// <summary>How often parcels were asked to be stopped: each time under keys of its own.</summary>
    public int StopRequests { get; init; }

    /// <summary>The won, points, units and coupon of the order; only ever added to.</summary>
    public ImmutableList<LedgerEntry> Ledger { get; init; } = [];

    /// <summary>Ids of the last events of other teams that were applied: a repeated one changes nothing.</summary>
    public ImmutableList<string> ProcessedEventIds { get; init; } = [];

    /// <summary>A new order, before anything was asked of anybody.</summary>
    public static Order New(OrderRequest request, OrderPolicies policies, OrderFacts? facts, DateTimeOffset at) => new()
    {
        Request = request,
        Policies = policies,
        Facts = facts,
        ShipTo = request.ShipTo,
        CreatedAt = at,
        UpdatedAt = at,
    };

    /// <summary>The order after something happened.</summary>
    public Order Apply(DomainEvent change) => change.ApplyTo(this) with { UpdatedAt = change.At > UpdatedAt ? change.At : UpdatedAt };
}

/// <summary>Something that happened to an order. What it changes is written in <see cref="ApplyTo"/> and nowhere else.</summary>
/// <param name="At">When it happened.</param>
public abstract record DomainEvent(DateTimeOffset At)
{
    /// <summary>The order after it.</summary>
    public abstract Order ApplyTo(Order order);
}

/// <summary>A coupon, or points, that another team holds for an order.</summary>
public enum ResourceStatus
{
    /// <summary>Never asked for, or refused.</summary>
    None,

    /// <summary>Asked for; whether it is held is not known. An undo asks again under the same key before it gives back.</summary>
    Requested,

    Held,

    /// <summary>Given back, or written off: nothing is left to undo.</summary>
    Released,
}
