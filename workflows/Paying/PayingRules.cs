using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Paying;

/// <summary>Rules of paying (결제, seed §5.2): which commands the state admits, and the effect of an outcome.</summary>
public static class PayingRules
{
    /// <summary>Why a payment is not admitted now; <c>null</c>: it is admitted.</summary>
    public static Refusal? Pay(Order order, PayCommand command) =>
        order.OpenAttempt is { } open
            ? Refusal.Of(RefusalSlugs.PaymentInProgress, "A payment is in progress.", new { attempt = open.Number })
            : order is { IsClosed: false, IsPaid: false, Cancellation: null, Stock.Status: StockStatus.Reserved }
                ? Identity(order, command)
                : Refusal.Of(RefusalSlugs.NotPayable, "There is nothing to pay.", new { status = order.Status });

    public static Refusal? CancelPayment(Order order) =>
        order.OpenAttempt is not null
            ? null
            : Refusal.Of(RefusalSlugs.NoOpenPayment, "No payment is in progress.", new { status = order.Status });

    /// <summary>Another attempt; an identity verification that was not read yet is read before the payment is requested.</summary>
    public static DomainEvent Requested(Order order, PayCommand command, DateTimeOffset now) => new PaymentRequested(
        now, command.Method, order.Payable, NeedsIdentity(order) && command.Verification is null ? command.IdentityVerificationId : null);

    public static RequestPayment Request(Order order, PaymentAttempt attempt, Recording.OrderRecord? record) => new(
        record,
        order.OrderId,
        attempt.Number,
        attempt.Amount,
        attempt.Method,
        order.Request.MemberId ?? "guest",
        [.. order.Quote!.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))],
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.OrderId}/pay/{attempt.Number}"));

    public static ClosePayment Closing(Order order, PaymentAttempt attempt, string reason, Recording.OrderRecord? record) => new(
        record,
        Request(order, attempt, null),
        attempt.PaymentId,
        reason,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.OrderId}/close-payment/{attempt.Number}"));

    /// <summary>결제 실패: after the last retry the order is cancelled.</summary>
    public static IReadOnlyList<DomainEvent> Failed(Order order, DomainEvent failure, DateTimeOffset now) =>
        order.Apply(failure) is { IsPaymentExhausted: true, Cancellation: null }
            ? [failure, new OrderCancelled(now, CancelReason.PaymentFailure, "policy", "every payment attempt failed")]
            : [failure];

    /// <summary>An approval: the order is paid if it is for the requested amount, and needs an intervention otherwise.</summary>
    public static DomainEvent Approved(PaymentAttempt attempt, string paymentId, Won amount, string? approvalNumber, DateTimeOffset now, PartnerEvent? received) =>
        amount == attempt.Amount
            ? new PaymentApproved(now, attempt.Number, paymentId, approvalNumber, received)
            : new PaymentAmountMismatched(now, attempt.Number, paymentId, amount, received);

    /// <summary>
    /// Applies the result of closing an open attempt (hotspots 4, 5). An approval after the customer's own cancellation, or one given before our query,
    /// pays the order; a late one is refunded.
    /// </summary>
    public static IReadOnlyList<DomainEvent> Closed(Order order, PaymentAttempt attempt, PaymentClosing closing, ClosingReason reason, DateTimeOffset now)
    {
        switch (closing.Status)
        {
            case PaymentStatus.Approved or PaymentStatus.Refunded:
                var late = closing.ApprovedLate && reason == ClosingReason.Timeout;
                return late
                    ? [.. Failed(order, Ended(PaymentStatus.TimedOut), now), Late("approved-after-timeout")]
                    : [Approved(attempt, closing.PaymentId, closing.Amount, closing.ApprovalNumber, now, attempt.HeldApproval)];
            case PaymentStatus.Declined:
                return Failed(order, new PaymentDeclined(now, attempt.Number, closing.DeclineCode, closing.PaymentId, null), now);
            default:
                return reason == ClosingReason.CustomerRequest
                    ? [Ended(PaymentStatus.Cancelled)]
                    : Failed(order, Ended(PaymentStatus.TimedOut), now);
        }

        PaymentEnded Ended(PaymentStatus status) => new(now, attempt.Number, status, closing.PaymentId, null);

        LatePaymentReceived Late(string lateReason) => new(now, attempt.Number, closing.PaymentId, closing.Amount, lateReason, attempt.HeldApproval);
    }

    /// <summary>Applies the result of closing the attempt of a cancelled order: any charge is refunded.</summary>
    public static IReadOnlyList<DomainEvent> ClosedAfterCancellation(PaymentAttempt attempt, PaymentClosing closing, DateTimeOffset now)
    {
        DomainEvent ended = closing.Status == PaymentStatus.Declined
            ? new PaymentDeclined(now, attempt.Number, closing.DeclineCode, closing.PaymentId, null)
            : new PaymentEnded(now, attempt.Number, PaymentStatus.Cancelled, closing.PaymentId, null);
        return closing.Status is PaymentStatus.Approved or PaymentStatus.Refunded
            ? [ended, new LatePaymentReceived(now, attempt.Number, closing.PaymentId, closing.Amount, "order-cancelled", attempt.HeldApproval)]
            : [ended];
    }

    /// <summary>Completed refunds of an attempt that we did not request and that the ledger does not have yet.</summary>
    public static IReadOnlyList<DomainEvent> ForeignRefunds(Order order, int attempt, IReadOnlyList<PaymentRefund>? refunds, DateTimeOffset now) =>
    [
        .. (refunds ?? [])
            .Where(refund => refund.Status == PaymentRefundStatus.Completed && IsForeign(order, attempt, refund.RefundId))
            .Select(refund => new ForeignRefundFound(now, attempt, refund.RefundId, refund.Amount, null)),
    ];

    public static bool IsForeign(Order order, int attempt, string refundId) => order.FindRefund(refundId) is null
        && !order.Ledger.Exists(entry => entry.Kind == LedgerKind.ForeignRefund && entry.Cause == $"{OrderLedger.PaymentCause(attempt)}/{refundId}");

    private static bool NeedsIdentity(Order order) => order.Payable >= order.Policies.IdentityVerificationThreshold;

    /// <summary>A verification that was not read yet is checked before the payment is requested.</summary>
    private static Refusal? Identity(Order order, PayCommand command) =>
        NeedsIdentity(order) && command is { Verification: null, IdentityVerificationId: not null }
            ? null
            : OrderRules.ValidateIdentity(order.Request.MemberId, order.Payable, command.Verification, order.Policies);
}
