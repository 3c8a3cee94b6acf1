using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders.Events;

/// <summary>결제가 요청되었다: a new attempt, recorded before the payment team is called.</summary>
/// <param name="UnreadVerificationId">An identity verification that still has to be read.</param>
public sealed record PaymentRequested(DateTimeOffset At, string Method, Won Amount, string? UnreadVerificationId = null) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Payments = order.Payments.Add(new PaymentAttempt(order.Payments.Count + 1, Method, Amount, PaymentStatus.Pending, At)
        {
            Deadline = At + order.Policies.PaymentTimeout,
            UnreadVerificationId = UnreadVerificationId,
        }),
    };
}

/// <summary>The identity verification of an attempt is valid.</summary>
public sealed record IdentityVerified(DateTimeOffset At, int Attempt) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { UnreadVerificationId = null });
}

/// <summary>The payment team has accepted the attempt; its outcome arrives as an event.</summary>
public sealed record PaymentOpened(DateTimeOffset At, int Attempt, string PaymentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { PaymentId = attempt.PaymentId ?? PaymentId });
}

/// <summary>결제가 승인되었다, for the requested amount: the order is paid.</summary>
/// <param name="Received">The payment team's event; absent if the approval was found by a query.</param>
public sealed record PaymentApproved(DateTimeOffset At, int Attempt, string PaymentId, string? ApprovalNumber, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => (order.Change(Attempt, attempt => attempt with
    {
        Status = PaymentStatus.Approved,
        PaymentId = PaymentId,
        ApprovalNumber = ApprovalNumber,
        ApprovedOtherwise = null,
        Closing = null,
    }) with
    { PaidAt = order.PaidAt ?? At }).With(LedgerKind.Charged, OrderLedger.PaymentCause(Attempt), At, order.Payments[Attempt - 1].Amount);
}

/// <summary>Coupon and points cover the whole amount: no payment is requested, and the order is paid at once.</summary>
public sealed record PaidWithoutCard(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { PaidAt = At };
}

/// <summary>The payment team approved another amount than requested: the order is not paid and needs an intervention.</summary>
public sealed record PaymentAmountMismatched(DateTimeOffset At, int Attempt, string PaymentId, Won Approved, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(
        Attempt, attempt => attempt with { ApprovedOtherwise = Approved, PaymentId = PaymentId, Closing = null });
}

/// <summary>결제가 거부되었다.</summary>
public sealed record PaymentDeclined(DateTimeOffset At, int Attempt, string? Code, string? PaymentId, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with
    {
        Status = PaymentStatus.Declined,
        DeclineCode = Code,
        PaymentId = attempt.PaymentId ?? PaymentId,
        Closing = null,
    });
}

/// <summary>The open attempt is to be closed: its true state is read first (hotspot 5).</summary>
public sealed record PaymentClosingRequested(DateTimeOffset At, int Attempt, ClosingReason Reason) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { Closing = attempt.Closing ?? Reason });
}

/// <summary>An attempt ended without a charge: 결제가 타임아웃되었다, or 결제가 취소되었다.</summary>
/// <param name="Status"><see cref="PaymentStatus.TimedOut"/> or <see cref="PaymentStatus.Cancelled"/>.</param>
public sealed record PaymentEnded(DateTimeOffset At, int Attempt, PaymentStatus Status, string? PaymentId, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with
    {
        Status = Status,
        PaymentId = attempt.PaymentId ?? PaymentId,
        Closing = null,
        ApprovedOtherwise = null,
    });
}

/// <summary>A closed attempt was charged: the whole amount is refunded at once (hotspot 4).</summary>
/// <param name="Amount">The amount charged by the payment team, won.</param>
public sealed record LatePaymentReceived(DateTimeOffset At, int Attempt, string PaymentId, Won Amount, string Reason, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var charged = order.Change(Attempt, attempt => attempt with { PaymentId = attempt.PaymentId ?? PaymentId, Closing = null })
            .With(LedgerKind.Charged, OrderLedger.PaymentCause(Attempt), At, Amount);
        var refundId = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.OrderId}-p{Attempt}");
        return charged.FindRefund(refundId) is not null
            ? charged
            : charged with
            {
                Refunds = charged.Refunds.Add(new Refund(refundId, RefundKind.LatePayment, Reason, [], At)
                {
                    Status = RefundStatus.Processing,
                    Attempt = Attempt,
                    RequestedBy = "policy",
                    ApprovedAt = At,
                    Restocked = true,
                    PointsRestored = true,
                    Amount = RefundAmount.None with { Card = Amount },
                }),
            };
    }
}

/// <summary>A refund was made at the payment team without our request.</summary>
/// <param name="ForeignId">The refund's id at the payment team.</param>
public sealed record ForeignRefundFound(DateTimeOffset At, int Attempt, string ForeignId, Won Amount, PartnerEvent? Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.With(
        LedgerKind.ForeignRefund, $"{OrderLedger.PaymentCause(Attempt)}/{ForeignId}", At, Amount);
}

/// <summary>An approval arrived while a timeout was being handled: the answer to our query decides.</summary>
public sealed record PaymentApprovalHeld(DateTimeOffset At, int Attempt, PartnerEvent Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { HeldApproval = Received });
}

/// <summary>The payment team reported another outcome for an ended attempt: its true state is read.</summary>
public sealed record PaymentQuestioned(DateTimeOffset At, int Attempt, PartnerEvent Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { Questioned = true });
}

/// <summary>The true state of an attempt was read.</summary>
public sealed record PaymentChecked(DateTimeOffset At, int Attempt) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.Change(Attempt, attempt => attempt with { Questioned = false });
}

/// <summary>대사 차이가 발견되었다: the payment team's records differ from the ledger, and the difference cannot be corrected automatically.</summary>
public sealed record PaymentDifferenceReported(DateTimeOffset At, PaymentDifference Difference) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { PaymentDifferences = order.PaymentDifferences.Add(Difference) };
}

/// <summary>An operator decided about differences from the payment team's records.</summary>
public sealed record PaymentDifferencesSettled(DateTimeOffset At, IReadOnlyList<string> DifferenceIds) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        PaymentDifferences = order.PaymentDifferences.RemoveAll(known => DifferenceIds.Contains(known.DifferenceId)),
    };
}

/// <summary>An operator acknowledged foreign refunds: shipping continues.</summary>
/// <param name="Amount">The sum of all foreign refunds known so far, won.</param>
public sealed record ForeignRefundAcknowledged(DateTimeOffset At, Won Amount) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { ForeignAcknowledged = Amount };
}

/// <summary>The customer was notified that the reservation expires soon (hotspot 10).</summary>
public sealed record ReservationNoticeGiven(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Stock = order.Stock with { NoticeGiven = true } };
}

/// <summary>재고 확보가 만료되었다 (타임아웃): the stock becomes available to others.</summary>
public sealed record ReservationExpired(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order;
}

/// <summary>An order that is not paid was priced again: some units were cancelled, or it goes to another address.</summary>
public sealed record OrderRepriced(DateTimeOffset At, Pricing.OrderQuote Quote, OrderFacts Facts, IReadOnlyList<LineQuantity> Cancelled) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        Quote = Quote,
        Facts = Facts,
        UnitsCancelledUnpaid = order.UnitsCancelledUnpaid.AddRange(Cancelled),
    };
}
