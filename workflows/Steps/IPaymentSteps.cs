using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order asks of the payment team (결제팀).</summary>
public interface IPaymentSteps
{
    /// <summary>결제 요청: opens one attempt; its outcome is published as an event.</summary>
    [Activity]
    Task<PaymentOpened> RequestPaymentAsync(RequestPayment step);

    /// <summary>
    /// Ends an attempt: asks for its true state and, still pending, cancels it. After it no attempt is pending.
    /// </summary>
    [Activity]
    Task<PaymentClosing> ClosePaymentAsync(ClosePayment step);

    /// <summary>환불 요청: asks what was refunded already, then refunds what is missing, so it is safe whenever it is repeated.</summary>
    [Activity]
    Task<RefundAnswer> RefundPaymentAsync(RefundPayment step);

    /// <summary>본인인증 조회: reads a verification.</summary>
    [Activity]
    Task<IdentityVerificationFact> ReadIdentityVerificationAsync(string verificationId);
}

/// <summary>Asks for money.</summary>
/// <param name="Orderer">Member id, or <c>guest</c>: the payment team asks the person itself.</param>
public sealed record RequestPayment(
    OrderRecord? Record, string OrderId, int Attempt, Won Amount, string Method, string Orderer, IReadOnlyList<LineQuantity> Items, string Key);

/// <summary>The attempt as the payment team knows it.</summary>
public sealed record PaymentOpened(string PaymentId);

/// <summary>Closes an attempt.</summary>
/// <param name="Request">The attempt as it was asked for; asked again under its own key where its answer never came (<paramref name="PaymentId"/> is null).</param>
public sealed record ClosePayment(OrderRecord? Record, RequestPayment Request, string? PaymentId, string Reason, string Key);

/// <summary>How an attempt ended.</summary>
/// <param name="ApprovedLate">The attempt was pending when asked and approved when cancelled: too late to stop.</param>
public sealed record PaymentClosing(string PaymentId, PaymentStatus Status, bool ApprovedLate, string? ApprovalNumber, string? DeclineCode);

/// <summary>Refunds money of an approved attempt.</summary>
/// <param name="RefundedBefore">What of the attempt had been refunded before this refund: tells a repeated call from a new one.</param>
public sealed record RefundPayment(
    OrderRecord? Record,
    string OrderId,
    string PaymentId,
    string RefundId,
    Won Amount,
    Won RefundedBefore,
    string Reason,
    IReadOnlyList<LineQuantity>? Items,
    string Key);

/// <summary>Whether the money is back, or on its way: then an event of the payment team tells.</summary>
public sealed record RefundAnswer(bool Completed);
