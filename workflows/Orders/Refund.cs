using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// A refund (환불): of a customer's return, an undeliverable parcel, a cancellation before dispatch, or a late payment of a closed attempt. Its amount is
/// an estimate until the money is requested; then the ledger fixes it (domain 15b).
/// </summary>
public sealed record Refund(string RefundId, RefundKind Kind, string Reason, IReadOnlyList<LineQuantity> Units, DateTimeOffset RequestedAt)
{
    public RefundStatus Status { get; init; }

    /// <summary>The goods are collected before the money is refunded.</summary>
    public bool ReturnRequired { get; init; }

    public string RequestedBy { get; init; } = "customer";

    /// <summary>A partial cancellation that waits for logistics to stop its parcels.</summary>
    public bool AwaitingStop { get; init; }

    /// <summary>An estimate; final once <see cref="Money"/> is past <see cref="MoneyStage.None"/>.</summary>
    public RefundAmount Amount { get; init; } = RefundAmount.None;

    /// <summary>The units' own shares of what was paid, fixed when the money is requested.</summary>
    public IReadOnlyList<UnitShare> Shares { get; init; } = [];

    /// <summary>The payment attempt that is refunded; absent where nothing was paid by card.</summary>
    public int? Attempt { get; init; }

    /// <summary>Who decided it; absent if no decision was needed.</summary>
    public string? DecidedBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>The logistics team has accepted the request to collect the goods.</summary>
    public bool PickupAccepted { get; init; }

    /// <summary>Start of the PickupPatience period.</summary>
    public DateTimeOffset? PickupAskedAt { get; init; }

    /// <summary>When the goods came back; absent before that, or if no goods are returned.</summary>
    public DateTimeOffset? GoodsBackAt { get; init; }

    /// <summary>The returned goods are defective: they are not put back in stock.</summary>
    public bool Defective { get; init; }

    /// <summary>The goods are in stock again, or need no restocking.</summary>
    public bool Restocked { get; init; }

    public ClawBackStage ClawBack { get; init; }

    /// <summary>Points to claw back.</summary>
    public Won ClawBackDue { get; init; }

    public MoneyStage Money { get; init; }

    public DateTimeOffset? MoneyRequestedAt { get; init; }

    /// <summary>An operator had the money refunded in another way: the payment team has no such refund.</summary>
    public bool IsPaidByHand { get; init; }

    public bool PointsRestored { get; init; }

    /// <summary>The statutory deadline of the refund (전자상거래법 §18(2)).</summary>
    public DateTimeOffset? DueAt { get; init; }

    public bool Overdue { get; init; }

    /// <summary>Neither completed nor rejected.</summary>
    public bool IsOpen() => Status is not (RefundStatus.Completed or RefundStatus.Rejected);

    /// <summary>The refund is active or completed, so its won and units count. A rejected refund releases them.</summary>
    public bool IsActive() => Status != RefundStatus.Rejected;

    /// <summary>Decides the pricing: the seller's fault gives the whole share, the customer's own choice a difference of costs.</summary>
    public bool IsSellersFault() => Rules.RefundReasons.IsSellersFault(Reason);

    /// <summary>A refund of the order's goods, as opposed to a late payment of a closed attempt.</summary>
    public bool TakesUnits() => Kind != RefundKind.LatePayment;
}

/// <summary>The kind of a refund.</summary>
public enum RefundKind
{
    /// <summary>반품: the customer sends goods back, or is refunded for goods that stay.</summary>
    Return,

    /// <summary>배송 불가: a parcel was returned to the sender, or never arrived.</summary>
    Undeliverable,

    /// <summary>부분 취소: units before dispatch.</summary>
    PartialCancellation,

    /// <summary>취소: all remaining units, before delivery.</summary>
    Cancellation,

    /// <summary>The charge of an attempt that was closed before its approval arrived (hotspot 4).</summary>
    LatePayment,
}

/// <summary>A refund in won and points.</summary>
/// <param name="Card">What goes back to the card.</param>
/// <param name="Points">What goes back to the member.</param>
/// <param name="Fee">반품비, already deducted.</param>
/// <param name="Withheld">Deducted because accrued points were already spent (hotspot 24).</param>
/// <param name="Shipping">The part of card and points that is the shipping fee.</param>
/// <param name="KeepsNothing">The customer retains nothing of the order: a full refund, not a partial one (부분 환불).</param>
public sealed record RefundAmount(Won Card, Won Points, Won Fee, Won Withheld, Won Shipping, bool KeepsNothing)
{
    public static RefundAmount None { get; } = new(default, default, default, default, default, KeepsNothing: false);

    /// <summary>The amount that decides whether a refund needs approval.</summary>
    public Won Size() => Card + Points;
}

/// <summary>Units of a line with the share of card and points that they were paid with (hotspot 14), regardless of how much of it is refunded.</summary>
public sealed record UnitShare(string ProductId, int Quantity, Won Card, Won Points);

/// <summary>The progress of the claw-back of accrued points.</summary>
public enum ClawBackStage
{
    None,
    Requested,
    Done,
}

/// <summary>The progress of a refund at the payment team.</summary>
public enum MoneyStage
{
    None,

    /// <summary>Requested; the outcome is not known.</summary>
    Requested,

    /// <summary>The payment team has accepted it; the outcome is pending.</summary>
    Pending,

    /// <summary>The money is refunded, or there was none to refund by card.</summary>
    Returned,
}
