using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// Money that goes back (환불): a customer's return, an undelivered parcel, a cancellation before dispatch, or money of an attempt that was closed.
/// Its amount is an estimate until its money is asked for; then it is what the ledger says (domain 15b).
/// </summary>
public sealed record Refund(string RefundId, RefundKind Kind, string Reason, IReadOnlyList<LineQuantity> Units, DateTimeOffset RequestedAt)
{
    public RefundStatus Status { get; init; }

    /// <summary>The goods are collected before the money goes back.</summary>
    public bool ReturnRequired { get; init; }

    public string RequestedBy { get; init; } = "customer";

    /// <summary>A partial cancellation that waits for logistics to stop its parcels.</summary>
    public bool AwaitingStop { get; init; }

    /// <summary>Estimated, and final once <see cref="Money"/> is past <see cref="MoneyStage.None"/>.</summary>
    public RefundAmount Amount { get; init; } = RefundAmount.None;

    /// <summary>The units' own shares of what was paid, fixed when the money is asked for.</summary>
    public IReadOnlyList<UnitShare> Shares { get; init; } = [];

    /// <summary>The payment attempt that is refunded; absent where nothing was paid by card.</summary>
    public int? Attempt { get; init; }

    /// <summary>Who decided it; absent where nobody had to.</summary>
    public string? DecidedBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>The logistics team has taken the request to collect the goods.</summary>
    public bool PickupAccepted { get; init; }

    /// <summary>PickupPatience counts from here.</summary>
    public DateTimeOffset? PickupAskedAt { get; init; }

    /// <summary>When the goods came back; absent while they are not, or where none do.</summary>
    public DateTimeOffset? GoodsBackAt { get; init; }

    /// <summary>What came back is defective: it is not put on the shelves.</summary>
    public bool Defective { get; init; }

    /// <summary>The goods are in stock again, or need not be.</summary>
    public bool Restocked { get; init; }

    public ClawBackStage ClawBack { get; init; }

    /// <summary>Points that are to be taken back.</summary>
    public Won ClawBackDue { get; init; }

    public MoneyStage Money { get; init; }

    public DateTimeOffset? MoneyRequestedAt { get; init; }

    /// <summary>An operator had the money given back in some other way: the payment team knows nothing of it.</summary>
    public bool IsPaidByHand { get; init; }

    public bool PointsRestored { get; init; }

    /// <summary>When the money must be back (전자상거래법 §18(2)).</summary>
    public DateTimeOffset? DueAt { get; init; }

    public bool Overdue { get; init; }

    /// <summary>Neither completed nor rejected.</summary>
    public bool IsOpen() => Status is not (RefundStatus.Completed or RefundStatus.Rejected);

    /// <summary>Its won and units are promised to it, or given back; a rejected refund lets them go.</summary>
    public bool Stands() => Status != RefundStatus.Rejected;

    /// <summary>Why the amount is what it is: the seller's fault gives the whole share, the customer's own choice a difference of prices.</summary>
    public bool IsSellersFault() => Rules.RefundReasons.IsSellersFault(Reason);

    /// <summary>A refund of the order's goods, as against money of a closed attempt.</summary>
    public bool TakesUnits() => Kind != RefundKind.LatePayment;
}

/// <summary>What a refund is about.</summary>
public enum RefundKind
{
    /// <summary>반품: the customer sends goods back, or is given money for goods that stay.</summary>
    Return,

    /// <summary>배송 불가: a parcel came back, or never arrived.</summary>
    Undeliverable,

    /// <summary>부분 취소: units before dispatch.</summary>
    PartialCancellation,

    /// <summary>취소: all that is left, before delivery.</summary>
    Cancellation,

    /// <summary>Money of an attempt that was closed before its approval came (hotspot 4).</summary>
    LatePayment,
}

/// <summary>A refund in won and points.</summary>
/// <param name="Card">What goes back to the card.</param>
/// <param name="Points">What goes back to the member.</param>
/// <param name="Fee">반품비, taken off already.</param>
/// <param name="Withheld">Taken off because accrued points were spent already (hotspot 24).</param>
/// <param name="Shipping">What of card and points is the shipping fee.</param>
/// <param name="KeepsNothing">The customer keeps nothing of the order: a refund, not a partial one (부분 환불).</param>
public sealed record RefundAmount(Won Card, Won Points, Won Fee, Won Withheld, Won Shipping, bool KeepsNothing)
{
    public static RefundAmount None { get; } = new(default, default, default, default, default, KeepsNothing: false);

    /// <summary>What a refund's approval is judged by.</summary>
    public Won Size() => Card + Points;
}

/// <summary>Units of a line with the share of card and points that they were paid with (hotspot 14), whatever of it is refunded.</summary>
public sealed record UnitShare(string ProductId, int Quantity, Won Card, Won Points);

/// <summary>How far the claw-back of accrued points is.</summary>
public enum ClawBackStage
{
    None,
    Requested,
    Done,
}

/// <summary>How far a refund is at the payment team.</summary>
public enum MoneyStage
{
    None,

    /// <summary>Asked for; the answer is not known.</summary>
    Requested,

    /// <summary>The payment team has accepted it; its outcome follows.</summary>
    Pending,

    /// <summary>The money is back, or there was none to give back by card.</summary>
    Returned,
}
