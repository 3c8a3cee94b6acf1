using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Paying;

/// <summary>Activities of paying at the payment team (결제팀, seed §5.2).</summary>
public interface IPayingActivities
{
    /// <summary>결제 요청: opens one attempt; its outcome is published as an event.</summary>
    [Activity]
    Task<PaymentReference> RequestPaymentAsync(RequestPayment request);

    /// <summary>Closes an attempt: reads its true state and cancels it if it is still pending. Afterwards the attempt is not pending.</summary>
    [Activity]
    Task<PaymentClosing> ClosePaymentAsync(ClosePayment request);

    /// <summary>The true state of an attempt, its refunds included.</summary>
    [Activity]
    Task<PaymentState> ReadPaymentAsync(ReadPayment request);

    /// <summary>본인인증 조회.</summary>
    [Activity]
    Task<IdentityVerificationFact> ReadIdentityVerificationAsync(string verificationId);
}

/// <summary>Request for a payment.</summary>
/// <param name="Orderer">Member id, or <c>guest</c>: the payment team asks the person itself.</param>
public sealed record RequestPayment(
    OrderRecord? Record, string OrderId, int Attempt, Won Amount, string Method, string Orderer, IReadOnlyList<LineQuantity> Items, string Key);

/// <summary>The payment team's id of an attempt.</summary>
public sealed record PaymentReference(string PaymentId);

/// <summary>Request to close an attempt.</summary>
/// <param name="Request">The original payment request; sent again under its own key if its outcome is unknown (<paramref name="PaymentId"/> is null).</param>
public sealed record ClosePayment(OrderRecord? Record, RequestPayment Request, string? PaymentId, string Reason, string Key);

/// <summary>How an attempt ended.</summary>
/// <param name="ApprovedLate">The attempt was pending when it was read, and approved before it could be cancelled.</param>
/// <param name="Amount">The amount charged by the payment team, won.</param>
public sealed record PaymentClosing(
    string PaymentId, PaymentStatus Status, bool ApprovedLate, string? ApprovalNumber, string? DeclineCode, Won Amount);

/// <summary>Request to read an attempt.</summary>
public sealed record ReadPayment(OrderRecord? Record, string PaymentId);

/// <summary>An attempt as the payment team reports it.</summary>
public sealed record PaymentState(
    PaymentStatus Status, string? ApprovalNumber, string? DeclineCode, Won Amount, Won RefundedAmount, IReadOnlyList<PaymentRefund>? Refunds = null);

/// <summary>A refund of an attempt as the payment team reports it. Our refunds and foreign ones are distinguished by id, never by sums.</summary>
public sealed record PaymentRefund(string RefundId, Won Amount, PaymentRefundStatus Status, DateTimeOffset? RefundedAt = null);

/// <summary>The status of a refund at the payment team.</summary>
public enum PaymentRefundStatus
{
    Pending,
    Completed,
    Failed,
}
