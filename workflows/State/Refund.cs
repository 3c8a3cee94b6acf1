using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.State;

/// <summary>One refund (환불): what it gives back is fixed when it is asked for, so that several refunds of an order never give back the same won.</summary>
/// <param name="Card">What goes back to the card; less than was asked for where accrued points could not be taken back (hotspot 24).</param>
/// <param name="Points">What goes back to the member.</param>
/// <param name="ReturnRequired">The goods are collected before the money goes back.</param>
/// <param name="IsWhole">The customer keeps nothing: a refund, not a partial one (부분 환불).</param>
public sealed record Refund(
    string RefundId,
    string Reason,
    IReadOnlyList<RefundLine> Lines,
    Won Card,
    Won Points,
    bool ReturnRequired,
    bool IsWhole,
    RefundStatus Status,
    DateTimeOffset RequestedAt)
{
    /// <summary>반품비, taken off already.</summary>
    public Won ReturnFee { get; init; }

    /// <summary>Who decided it; absent where nobody had to.</summary>
    public string? DecidedBy { get; init; }

    public string? Note { get; init; }

    /// <summary>Taken off because accrued points were spent already (hotspot 24).</summary>
    public Won Withheld { get; init; }

    /// <summary>The payment team was asked; absent before.</summary>
    public RefundAsked? Asked { get; init; }

    /// <summary>Neither completed nor rejected.</summary>
    public bool IsOpen => Status is not (RefundStatus.Completed or RefundStatus.Rejected);

    /// <summary>Its won and units are promised to it, or given back; a rejected refund lets them go.</summary>
    public bool Stands => Status != RefundStatus.Rejected;

    /// <summary>What a refund's approval is judged by: card and points together.</summary>
    public Won Size => Card + Points;

    public IReadOnlyList<LineQuantity> Units => [.. Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))];

    /// <summary>The refund as others see it.</summary>
    public RefundView View() => new(RefundId, Card, Points, Status, Reason, Units, ReturnRequired, RequestedAt)
    {
        ReturnFee = ReturnFee,
        Withheld = Withheld,
        DecidedBy = DecidedBy,
        Note = Note,
    };
}

/// <summary>Units of a line with the share of card and points that they were paid with (hotspot 14), whatever of it is refunded.</summary>
public sealed record RefundLine(string ProductId, int Quantity, Won Card, Won Points);

/// <summary>A refund at the payment team.</summary>
/// <param name="RefundedBefore">What of the attempt had been refunded before: tells a repeated call from a new one.</param>
/// <param name="Times">How often it was asked for.</param>
/// <param name="AskAgainAt">When the payment team is asked about it, if its event does not come before.</param>
public sealed record RefundAsked(Won RefundedBefore, int Times, DateTimeOffset AskAgainAt);

/// <summary>The refunds of an order.</summary>
public sealed partial record OrderState
{
    public ImmutableList<Refund> Refunds { get; init; } = [];

    public bool HasOpenRefund => Refunds.Exists(refund => refund.IsOpen);

    /// <summary>The refund whose money the payment team is about to give back: one at a time, so that their sums tell them apart.</summary>
    public Refund? RefundOnItsWay => Refunds.Find(refund => refund is { Status: RefundStatus.Processing, Asked: not null });

    public Refund? NextToRefund => Refunds.Find(refund => refund is { Status: RefundStatus.Processing, Asked: null });

    /// <summary>Every line was refunded.</summary>
    public bool IsRefundedWhole => Quote!.Lines.All(line => RefundedQuantity(line.ProductId) == line.Quantity);

    /// <summary>Paid by card and not promised to any refund.</summary>
    public Won CardLeft => CardPaid - Promised(refund => refund.Card);

    /// <summary>Paid with points and not promised to any refund.</summary>
    public Won PointsLeft => (Points == Hold.Taken ? Request.Points : Won.Zero) - Promised(refund => refund.Points);

    private Won CardPaid => Payments.Where(attempt => attempt.Status is PaymentStatus.Approved or PaymentStatus.Refunded)
        .Aggregate(Won.Zero, (sum, attempt) => sum + attempt.Amount);

    public Refund? FindRefund(string? refundId) => Refunds.Find(refund => string.Equals(refund.RefundId, refundId, StringComparison.Ordinal));

    public OrderState With(Refund refund) => FindRefund(refund.RefundId) is { } known
        ? this with { Refunds = Refunds.Replace(known, refund) }
        : this with { Refunds = Refunds.Add(refund) };

    /// <summary>A refund as it is asked for: priced now, and admitted by <see cref="ReturnAdmission"/> before.</summary>
    /// <param name="lines">Empty: all that is left.</param>
    public OrderState RefundAsked(string refundId, IReadOnlyList<LineQuantity> lines, string reason, bool returnRequired, DateTimeOffset now)
    {
        var priced = RefundPricing.Of(this, lines.Count == 0 ? LinesLeft : lines, reason);
        var needsApproval = reason != RefundReasons.Undeliverable && priced.Card + priced.Points >= Policies.RefundApprovalThreshold;
        return With(new Refund(
            refundId,
            reason,
            priced.Lines,
            priced.Card,
            priced.Points,
            returnRequired,
            priced.KeepsNothing,
            needsApproval ? RefundStatus.AwaitingApproval : returnRequired ? RefundStatus.AwaitingPickup : RefundStatus.Processing,
            now)
        {
            ReturnFee = priced.ReturnFee,
        });
    }

    /// <summary>The money and the points are back: the order stands where what is left of it stands.</summary>
    public OrderState RefundCompleted(string refundId)
    {
        var refunded = With(FindRefund(refundId)! with { Status = RefundStatus.Completed, Asked = null });
        return refunded.IsRefundedWhole ? refunded with { Status = OrderStatus.Refunded, AutoConfirmAt = null }
            : refunded.CompletedAt is null ? refunded with { Status = OrderStatus.PartiallyRefunded }
            : refunded;
    }

    /// <summary>Units that no refund has taken or is about to take, and that are not being exchanged.</summary>
    public IReadOnlyList<LineQuantity> LinesLeft =>
        [.. Quote!.Lines.Select(line => new LineQuantity(line.ProductId, UnitsLeft(line.ProductId))).Where(line => line.Quantity > 0)];

    public int UnitsLeft(string productId) => UnitsNotClaimed(productId) - BeingExchanged(productId);

    /// <summary>Units that no refund has taken or is about to take.</summary>
    public int UnitsNotClaimed(string productId) =>
        Quote!.Lines.Where(line => line.ProductId == productId).Sum(line => line.Quantity) - Taken(productId).Sum(line => line.Quantity);

    /// <summary>
    /// The share of card and points of units that are to be refunded. Taking all units of a line, in whatever steps, takes exactly the line's shares.
    /// </summary>
    public RefundLine ShareOf(LineQuantity units)
    {
        var line = Quote!.Lines.Single(line => line.ProductId == units.ProductId);
        var taken = Taken(units.ProductId).ToList();
        var unitsBefore = line.Quantity - taken.Sum(part => part.Quantity);
        return new RefundLine(
            units.ProductId,
            units.Quantity,
            Shares.OfUnits(line.CardShare - taken.Aggregate(Won.Zero, (sum, part) => sum + part.Card), 0, units.Quantity, unitsBefore),
            Shares.OfUnits(line.PointsShare - taken.Aggregate(Won.Zero, (sum, part) => sum + part.Points), 0, units.Quantity, unitsBefore));
    }

    /// <summary>What the refunds that stand have taken of a product.</summary>
    private IEnumerable<RefundLine> Taken(string productId) =>
        Refunds.Where(refund => refund.Stands).SelectMany(refund => refund.Lines).Where(line => line.ProductId == productId);

    private Won Promised(Func<Refund, Won> part) =>
        Refunds.Where(refund => refund.Stands).Aggregate(Won.Zero, (sum, refund) => sum + part(refund));
}
