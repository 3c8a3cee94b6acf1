using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders.Events;

/// <summary>환불이 요청되었다, of any kind.</summary>
public sealed record RefundRequested(DateTimeOffset At, Refund Refund) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Refunds = order.Refunds.Add(Refund) };
}

/// <summary>환불이 승인되었다: by an admin, or by the policy.</summary>
public sealed record RefundApproved(DateTimeOffset At, string RefundId, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(RefundId, refund => refund with
    {
        Status = refund.ReturnRequired && refund.GoodsBackAt is null ? RefundStatus.AwaitingPickup : RefundStatus.Processing,
        DecidedBy = By,
        Note = Note,
        ApprovedAt = At,
        DueAt = refund.ReturnRequired ? refund.DueAt : BusinessDay.EndOfBusinessDay(At, order.Policies.RefundDueDays, order.Policies.Holidays),
    });
}

/// <summary>환불이 거부되었다: its won and units are released.</summary>
public sealed record RefundRejected(DateTimeOffset At, string RefundId, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(
        RefundId, refund => refund with { Status = RefundStatus.Rejected, DecidedBy = By, Note = Note, DueAt = null });
}

/// <summary>Logistics stopped the parcels of a partial cancellation, or there were none.</summary>
public sealed record PartialCancellationAgreed(DateTimeOffset At, string RefundId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(RefundId, refund => refund with { AwaitingStop = false });
}

/// <summary>Logistics could not stop every parcel of a partial cancellation: the units stay with the order.</summary>
public sealed record PartialCancellationRejected(DateTimeOffset At, string RefundId, IReadOnlyList<string> ShipmentIds) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Refunds = order.Refunds.RemoveAll(refund => refund.RefundId == RefundId),
        StopRefusedFor = ShipmentIds,
    };
}

/// <summary>The amount of a refund was estimated again, because another refund was rejected.</summary>
public sealed record RefundEstimated(DateTimeOffset At, string RefundId, RefundAmount Amount) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(RefundId, refund => refund with { Amount = Amount });
}

/// <summary>The logistics team has accepted the request to collect goods of a refund or an exchange.</summary>
public sealed record PickupAccepted(DateTimeOffset At, string ReturnId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order
        .ChangeRefund(ReturnId, refund => refund with { PickupAccepted = true, PickupAskedAt = At })
        .ChangeExchange(ReturnId, exchange => exchange with { PickupAccepted = true, PickupAskedAt = At });
}

/// <summary>반품이 수거되었다.</summary>
/// <param name="Defective">The returned goods are not put back in stock.</param>
public sealed record GoodsPickedUp(DateTimeOffset At, string ReturnId, bool Defective, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order
        .ChangeRefund(ReturnId, refund => refund with
        {
            Status = RefundStatus.Processing,
            GoodsBackAt = At,
            Defective = Defective,
            Restocked = Defective,
            DueAt = BusinessDay.EndOfBusinessDay(At, order.Policies.RefundDueDays, order.Policies.Holidays),
        })
        .ChangeExchange(ReturnId, exchange => exchange with { Status = ExchangeStatus.PickedUp, Defective = Defective, Restocked = Defective });
}

/// <summary>Returned goods are in stock again.</summary>
public sealed record ReturnRestocked(DateTimeOffset At, string ReturnId, IReadOnlyList<LineQuantity> Units) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var restocked = order
            .ChangeRefund(ReturnId, refund => refund with { Restocked = true })
            .ChangeExchange(ReturnId, exchange => exchange with { Restocked = true });
        return Units.Count == 0 ? restocked : restocked.With(LedgerKind.Restored, ReturnId, At, units: Units);
    }
}

/// <summary>An operator closed a pickup that never happened: no money moves, and the goods stay with the customer.</summary>
public sealed record ReturnEnded(DateTimeOffset At, string ReturnId, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order
        .ChangeRefund(ReturnId, refund => refund with { Status = RefundStatus.Rejected, DecidedBy = By, Note = Note, DueAt = null })
        .ChangeExchange(ReturnId, exchange => exchange with { Status = ExchangeStatus.Ended });
}

/// <summary>Accrued points are to be clawed back (hotspot 24).</summary>
public sealed record ClawBackRequested(DateTimeOffset At, string RefundId, Won Due) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(
        RefundId, refund => refund with { ClawBack = ClawBackStage.Requested, ClawBackDue = Due });
}

/// <summary>The member team clawed back the available points; the rest is deducted from the refund.</summary>
public sealed record PointsClawedBack(DateTimeOffset At, string RefundId, Won Taken) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var clawed = order.ChangeRefund(RefundId, refund => refund with { ClawBack = ClawBackStage.Done });
        return Taken > Won.Zero ? clawed.With(LedgerKind.ClawedBack, RefundId, At, points: Taken) : clawed;
    }
}

/// <summary>The money of a refund is requested: from here its amount is final.</summary>
public sealed record RefundMoneyRequested(DateTimeOffset At, string RefundId, RefundAmount Amount, IReadOnlyList<UnitShare> Shares, int? Attempt)
    : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order
        .ChangeRefund(RefundId, refund => refund with
        {
            Amount = Amount,
            Shares = Shares,
            Attempt = Attempt,
            Money = Amount.Card > Won.Zero && Attempt is not null ? MoneyStage.Requested : MoneyStage.Returned,
            MoneyRequestedAt = At,
            PointsRestored = refund.PointsRestored || Amount.Points == Won.Zero,
        })
        .With(LedgerKind.RefundAsked, RefundId, At, Amount.Card, Amount.Points)
        .WithAbove(Won.Zero, LedgerKind.FeeKept, RefundId, At, Amount.Fee)
        .WithAbove(Won.Zero, LedgerKind.Withheld, RefundId, At, Amount.Withheld)
        .WithAbove(Won.Zero, LedgerKind.ShippingReturned, RefundId, At, Amount.Shipping);
}

/// <summary>The payment team has accepted a refund; the outcome is pending.</summary>
public sealed record RefundMoneyPending(DateTimeOffset At, string RefundId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(RefundId, refund => refund with { Money = MoneyStage.Pending });
}

/// <summary>The money of a refund was refunded.</summary>
/// <param name="Amount">What the payment team refunded, won; less than requested only if foreign refunds cover the rest.</param>
/// <param name="ByHand">An operator had it refunded in another way than by the payment team.</param>
public sealed record RefundMoneyReturned(DateTimeOffset At, string RefundId, Won Amount, PartnerEvent? Received, bool ByHand = false) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var returned = order.ChangeRefund(RefundId, refund => refund with { Money = MoneyStage.Returned, IsPaidByHand = ByHand });
        return Amount > Won.Zero ? returned.With(LedgerKind.Refunded, RefundId, At, Amount) : returned;
    }
}

/// <summary>Points of a refund, or of a cancelled order, were restored to the member.</summary>
/// <param name="RefundId">Absent: those of the cancelled order.</param>
public sealed record PointsRestored(DateTimeOffset At, string? RefundId, Won Points) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var restored = RefundId is null
            ? order with { Points = ResourceStatus.Released }
            : order.ChangeRefund(RefundId, refund => refund with { PointsRestored = true });
        return Points > Won.Zero ? restored.With(LedgerKind.PointsRestored, RefundId ?? "order", At, points: Points) : restored;
    }
}

/// <summary>An operator wrote off points that the member team permanently refuses to restore or to claw back.</summary>
/// <param name="Cause">A refund's id, <c>order</c>, or <c>claw-back/</c> and a refund's id.</param>
public sealed record PointsWrittenOff(DateTimeOffset At, string Cause, string? RefundId, Won Points, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var written = RefundId is null
            ? order with { Points = ResourceStatus.Released }
            : order.ChangeRefund(RefundId, refund => Cause == RefundId
                ? refund with { PointsRestored = true }
                : refund with { ClawBack = ClawBackStage.Done });
        return written.With(LedgerKind.WrittenOff, Cause, At, points: Points);
    }
}

/// <summary>환불이 완료되었다.</summary>
public sealed record RefundCompleted(DateTimeOffset At, string RefundId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var completed = order.ChangeRefund(RefundId, refund => refund with { Status = RefundStatus.Completed });
        return completed.IsRefundedWhole ? completed with { AutoConfirmAt = null } : completed;
    }
}

/// <summary>환불 기한이 지났다: the statutory deadline passed and the refund is not complete.</summary>
public sealed record RefundOverdue(DateTimeOffset At, string RefundId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeRefund(RefundId, refund => refund with { Overdue = true });
}

/// <summary>교환이 요청되었다.</summary>
public sealed record ExchangeRequested(DateTimeOffset At, Exchange Exchange) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Exchanges = order.Exchanges.Add(Exchange) };
}

/// <summary>The stock reservation of an exchange's replacement changed.</summary>
public sealed record ReplacementChanged(DateTimeOffset At, string ExchangeId, StockReservation Replacement) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var changed = order.ChangeExchange(ExchangeId, exchange => exchange with { Replacement = Replacement });
        IReadOnlyList<LineQuantity> units = Pricing.OrderPricing.Merge([.. Replacement.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))]);
        return units.Count == 0 ? changed : Replacement.Status switch
        {
            StockStatus.Reserved => changed.With(LedgerKind.Reserved, ExchangeId, At, units: units),
            StockStatus.Committed => changed.With(LedgerKind.Committed, ExchangeId, At, units: units),
            StockStatus.Released => changed.With(LedgerKind.Released, ExchangeId, At, units: units),
            _ => changed,
        };
    }
}

/// <summary>There is no replacement: the units are refunded instead.</summary>
public sealed record ExchangeConverted(DateTimeOffset At, string ExchangeId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeExchange(ExchangeId, exchange => exchange with { Status = ExchangeStatus.ConvertedToRefund });
}

/// <summary>The replacement is on its way.</summary>
public sealed record ExchangeShipped(DateTimeOffset At, string ExchangeId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeExchange(ExchangeId, exchange => exchange with { Status = ExchangeStatus.Shipped });
}

/// <summary>교환이 완료되었다: automatic confirmation and the return window count from the arrival of the replacement.</summary>
public sealed record ExchangeCompleted(DateTimeOffset At, string ExchangeId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeExchange(ExchangeId, exchange => exchange with { Status = ExchangeStatus.Completed }) with
    {
        AutoConfirmAt = order.CompletedAt is null ? At + order.Policies.AutoConfirmAfter : null,
    };
}
