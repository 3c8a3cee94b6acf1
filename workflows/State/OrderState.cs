using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.State;

/// <summary>
/// Everything an order knows about itself. It is changed by pure transitions only, so what happened decides what it is,
/// whatever is replayed. What must be undone can always be read from it: a hold is noted before its step is asked for.
/// </summary>
public sealed partial record OrderState
{
    public required OrderRequest Request { get; init; }

    public required OrderPolicies Policies { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Absent until the order is priced.</summary>
    public OrderQuote? Quote { get; init; }

    /// <summary>What the teams said when the order was priced; what is kept after a return is priced by it again.</summary>
    public OrderFacts? Facts { get; init; }

    /// <summary>The member as it was when the order was priced; absent for a guest.</summary>
    public MemberFact? Member => Facts?.Member;

    public OrderStatus Status { get; init; } = OrderStatus.Placed;

    public CancelReason? CancelReason { get; init; }

    public string? Refusal { get; init; }

    /// <summary>Where the parcels go; may change until dispatch.</summary>
    public required ShippingAddress ShipTo { get; init; }

    public Hold Coupon { get; init; }

    public Hold Points { get; init; }

    public Hold Stock { get; init; }

    /// <summary>How long the order waits for money, and what the product team holds for it meanwhile.</summary>
    public StockHeld? Reservation { get; init; }

    public ImmutableList<PaymentAttempt> Payments { get; init; } = [];

    public ImmutableList<Shipment> Shipments { get; init; } = [];

    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Until then goods may go back; absent before delivery.</summary>
    public DateTimeOffset? ReturnableUntil { get; init; }

    public DateTimeOffset? AutoConfirmAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Points that the purchase brought its member and that were not taken back (hotspot 24).</summary>
    public Won Accrued { get; init; }

    public AttentionView? Attention { get; init; }

    public string OrderId => Request.OrderId;

    /// <summary>Whom notifications of this order reach.</summary>
    public string Customer => Request.MemberId ?? "guest:" + OrderId;

    /// <summary>The order ended for its customer; of a completed one goods may still go back.</summary>
    public bool IsClosed => HasEnded || Status == OrderStatus.Completed;

    /// <summary>Nothing of the order is left.</summary>
    public bool HasEnded => Status is OrderStatus.Cancelled or OrderStatus.Refunded;

    /// <summary>The order may still be asked for a return, or is about one.</summary>
    public bool MayBeReturned(DateTimeOffset now) => HasOpenRefund || HasOpenExchange || now < ReturnableUntil;

    public bool IsPaid => Status >= OrderStatus.Paid && Status != OrderStatus.Cancelled;

    public bool IsDelivered => DeliveredAt is not null;

    /// <summary>What the customer pays by card.</summary>
    public Won Payable => Quote?.Amounts.Payable ?? Won.Zero;

    public static OrderState From(OrderInput input) => new()
    {
        Request = input.Request,
        Policies = input.Policies,
        CreatedAt = input.RequestedAt,
        ShipTo = input.Request.ShipTo,
    };

    /// <summary>The order is admitted at this price.</summary>
    public OrderState Priced(OrderQuote quote, OrderFacts facts) => this with { Quote = quote, Facts = facts };

    /// <summary>A rule refused the order: it ends before it began.</summary>
    public OrderState Refused(string slug) =>
        this with { Status = OrderStatus.Cancelled, CancelReason = Messages.CancelReason.Refused, Refusal = slug };

    /// <summary>The order ends; everything it held has been given back.</summary>
    public OrderState Cancelled(CancelReason reason) => this with { Status = OrderStatus.Cancelled, CancelReason = reason, Attention = null };

    /// <summary>The customer keeps the goods.</summary>
    public OrderState Completed(DateTimeOffset at) => this with { Status = OrderStatus.Completed, CompletedAt = at, AutoConfirmAt = null };
}

/// <summary>Something that another team holds for an order, and that a cancellation gives back.</summary>
public enum Hold
{
    /// <summary>Never asked for, or refused.</summary>
    None,

    /// <summary>Asked for; whether it is held is not known. An undo asks again before it gives back.</summary>
    Asked,

    /// <summary>Held.</summary>
    Taken,

    /// <summary>Stock only: sold to this order is asked for; whether it was is not known.</summary>
    CommitAsked,

    /// <summary>Stock only: sold to this order.</summary>
    Committed,

    /// <summary>Given back; there is nothing left to undo.</summary>
    GivenBack,
}
