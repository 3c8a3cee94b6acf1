using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders.Events;

/// <summary>주문 취소가 요청되었다.</summary>
public sealed record CancellationRequested(DateTimeOffset At, CancelReason Reason, string By, string Text) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Cancellation = new Cancellation(Reason, By, Text, At) };
}

/// <summary>Logistics could not stop every parcel: the order continues as before the request (hotspot 16).</summary>
public sealed record CancellationRejected(DateTimeOffset At, IReadOnlyList<string> ShipmentIds) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Cancellation = null, StopRefusedFor = ShipmentIds };
}

/// <summary>주문이 취소되었다: decided; compensation starts.</summary>
public sealed record OrderCancelled(DateTimeOffset At, CancelReason Reason, string By, string Text) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Cancellation = (order.Cancellation ?? new Cancellation(Reason, By, Text, At)) with { Reason = Reason, DecidedAt = At },
        AutoConfirmAt = null,
    };
}

/// <summary>Stock of a cancelled order was given back: released where it was reserved, restored where it was sold.</summary>
public sealed record StockGivenBack(DateTimeOffset At, LedgerKind Kind, IReadOnlyList<LineQuantity> Units) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var released = order with { Stock = order.Stock with { Status = StockStatus.Released } };
        return Units.Count == 0 ? released : released.With(Kind, "order", At, units: Units);
    }
}

/// <summary>쿠폰이 복원되었다.</summary>
/// <param name="WasHeld">Whether it had been redeemed at all.</param>
public sealed record CouponRestored(DateTimeOffset At, bool WasHeld) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var released = order with { Coupon = ResourceStatus.Released };
        return WasHeld
            ? released.With(LedgerKind.CouponRedeemed, "order", At, couponCode: order.Request.CouponCode)
                .With(LedgerKind.CouponRestored, "order", At, couponCode: order.Request.CouponCode)
            : released;
    }
}

/// <summary>An operator wrote off a coupon that the promotion team permanently refuses to restore.</summary>
public sealed record CouponWrittenOff(DateTimeOffset At, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) =>
        (order with { Coupon = ResourceStatus.Released }).With(LedgerKind.WrittenOff, "coupon", At, couponCode: order.Request.CouponCode);
}

/// <summary>주문이 완료되었다 (구매 확정).</summary>
/// <param name="By"><c>customer</c> or <c>auto</c>.</param>
public sealed record OrderCompleted(DateTimeOffset At, string By) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        CompletedAt = At,
        CompletedBy = By,
        AutoConfirmAt = null,
        Reward = order.Reward with { Status = order.Request.MemberId is null ? RewardStatus.None : RewardStatus.Due },
    };
}

/// <summary>포인트가 적립되었다.</summary>
/// <param name="Rate">The rate of the accrual, with the multiplier of the birthday month.</param>
public sealed record PointsAccrued(DateTimeOffset At, Won Points, decimal Rate) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var accrued = order with { Reward = order.Reward with { Accrued = true } };
        return Points > Won.Zero ? accrued.With(LedgerKind.Accrued, "purchase", At, points: Points, rate: Rate) : accrued;
    }
}

/// <summary>구매 이력이 기록되었다, with the totals and the tier that the member team computed (hotspot 25).</summary>
public sealed record PurchaseRecorded(DateTimeOffset At, Won Amount, Won MonthAmount, Won TotalAmount, string Tier, string? PreviousTier) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Reward = order.Reward with { Status = RewardStatus.Done } };
}

/// <summary>An operator skipped the reward, or its remaining part.</summary>
public sealed record RewardSkipped(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Reward = order.Reward with { Status = RewardStatus.Skipped } };
}

/// <summary>A member claimed the order it had placed as a guest (hotspot 26). The prices for a guest are retained.</summary>
public sealed record OrderClaimed(DateTimeOffset At, ClaimCommand Claim) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Request = order.Request with { MemberId = Claim.MemberId, Guest = null },
        Claim = Claim,
        Reward = order is { CompletedAt: not null, Reward.Status: RewardStatus.None } ? order.Reward with { Status = RewardStatus.Due } : order.Reward,
    };
}

/// <summary>주문 처리가 멈췄다: a step waits for an operator.</summary>
public sealed record AttentionRaised(DateTimeOffset At, Attention Attention) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Attentions = order.Attentions.Add(Attention),
        AttentionCount = order.AttentionCount + 1,
    };
}

/// <summary>주문 처리가 재개되었다: an operator decided; the process acts on the decision.</summary>
public sealed record AttentionResolved(DateTimeOffset At, string AttentionId, string Action, string By, string? Note) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var index = order.Attentions.FindIndex(attention => attention.AttentionId == AttentionId);
        return index < 0
            ? order
            : order with
            {
                Attentions = order.Attentions.SetItem(index, order.Attentions[index] with { Resolution = Action, ResolvedBy = By, Note = Note }),
            };
    }
}

/// <summary>The process has acted on an operator's decision, or its step is no longer needed.</summary>
public sealed record AttentionClosed(DateTimeOffset At, string AttentionId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Attentions = order.Attentions.RemoveAll(attention => attention.AttentionId == AttentionId) };
}

/// <summary>An event of another team was received that does not change the order's state by itself.</summary>
/// <param name="IgnoredBecause">Why it was ignored, if the state no longer admits it.</param>
public sealed record PartnerEventReceived(DateTimeOffset At, PartnerEvent Received, string? IgnoredBecause = null) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order;
}

/// <summary>The id of an event of another team is stored, to detect repeats.</summary>
public sealed record PartnerEventProcessed(DateTimeOffset At, string Key) : DomainEvent(At)
{
    /// <summary>How many ids the snapshot retains. An older repeat is ignored because the state no longer admits it.</summary>
    public const int Remembered = 100;

    public override Order ApplyTo(Order order)
    {
        var ids = order.ProcessedEventIds.Add(Key);
        return order with { ProcessedEventIds = ids.Count > Remembered ? ids.RemoveAt(0) : ids };
    }
}

/// <summary>주문의 일부가 취소되었다 before it was paid: nothing is refunded, and the order is priced again.</summary>
public sealed record UnpaidUnitsCancelled(DateTimeOffset At, string CancellationId, IReadOnlyList<LineQuantity> Units, string By, string Reason) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order;
}

/// <summary>
/// An event of another team could not be applied because of an unexpected error: the order is unchanged, and an operator can have it applied again.
/// </summary>
public sealed record PartnerEventUnapplied(DateTimeOffset At, PartnerEvent Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { UnappliedEvents = order.UnappliedEvents.Add(Received) };
}

/// <summary>An unapplied event was applied on retry, or an operator abandoned it.</summary>
public sealed record UnappliedEventSettled(DateTimeOffset At, string EventId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { UnappliedEvents = order.UnappliedEvents.RemoveAll(known => known.Id == EventId) };
}
