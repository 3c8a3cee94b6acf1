using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Paying;

/// <summary>What paying asks of the payment team (결제팀, seed §5.2).</summary>
public interface IPayingActivities
{
    /// <summary>결제 요청: opens one attempt; its outcome is published as an event.</summary>
    [Activity]
    Task<PaymentReference> RequestPaymentAsync(RequestPayment request);

    /// <summary>Ends an attempt: asks for its true state and, still pending, cancels it. After it no attempt is pending.</summary>
    [Activity]
    Task<PaymentClosing> ClosePaymentAsync(ClosePayment request);

    /// <summary>The true state of an attempt, its refunds included.</summary>
    [Activity]
    Task<PaymentState> ReadPaymentAsync(ReadPayment request);

    /// <summary>본인인증 조회.</summary>
    [Activity]
    Task<IdentityVerificationFact> ReadIdentityVerificationAsync(string verificationId);
}

/// <summary>Asks for money.</summary>
/// <param name="Orderer">Member id, or <c>guest</c>: the payment team asks the person itself.</param>
public sealed record RequestPayment(
    OrderRecord? Record, string OrderId, int Attempt, Won Amount, string Method, string Orderer, IReadOnlyList<LineQuantity> Items, string Key);

/// <summary>The attempt as the payment team names it.</summary>
public sealed record PaymentReference(string PaymentId);

/// <summary>Closes an attempt.</summary>
/// <param name="Request">The attempt as it was asked for; asked again under its own key where its answer never came (<paramref name="PaymentId"/> is null).</param>
public sealed record ClosePayment(OrderRecord? Record, RequestPayment Request, string? PaymentId, string Reason, string Key);

/// <summary>How an attempt ended.</summary>
/// <param name="ApprovedLate">The attempt was pending when asked and approved when cancelled: too late to stop.</param>
/// <param name="Amount">What the payment team took, won.</param>
public sealed record PaymentClosing(
    string PaymentId, PaymentStatus Status, bool ApprovedLate, string? ApprovalNumber, string? DeclineCode, Won Amount);

/// <summary>Reads an attempt.</summary>
public sealed record ReadPayment(OrderRecord? Record, string PaymentId);

/// <summary>An attempt as the payment team keeps it.</summary>
public sealed record PaymentState(
    PaymentStatus Status, string? ApprovalNumber, string? DeclineCode, Won Amount, Won RefundedAmount, IReadOnlyList<PaymentRefund>? Refunds = null);

/// <summary>A refund of an attempt as the payment team keeps it: ours and others' are told apart by its id, never by sums.</summary>
public sealed record PaymentRefund(string RefundId, Won Amount, PaymentRefundStatus Status, DateTimeOffset? RefundedAt = null);

/// <summary>How a refund stands at the payment team.</summary>
public enum PaymentRefundStatus
{
    Pending,
    Completed,
    Failed,
}
