using System.Text.Json;

namespace OrderOrchestration.Partners.Payments;

/// <summary>The status of a payment.</summary>
public enum PaymentStatus
{
    /// <summary>Requested, not decided.</summary>
    Pending,

    /// <summary>Charged; a part may be refunded.</summary>
    Approved,

    /// <summary>Declined; see the decline code.</summary>
    Declined,

    /// <summary>Cancelled, by the customer, by the order team or by staff.</summary>
    Cancelled,

    /// <summary>Refunded in full.</summary>
    Refunded,
}

/// <summary>Body of <c>POST /payments</c>.</summary>
/// <param name="Amount">Won to charge.</param>
/// <param name="Orderer">The customer; stored unchanged.</param>
/// <param name="Items">The ordered products; stored unchanged.</param>
public sealed record PaymentRequest(
    string OrderId, int Attempt, long Amount, string Method, JsonElement? Orderer = null, JsonElement? Items = null);

/// <summary>Answer of <c>POST /payments</c>: always pending; the decision comes by webhook.</summary>
public sealed record PaymentAccepted(string PaymentId, PaymentStatus Status);

/// <summary>A refund, of any origin, as <c>GET /payments/{paymentId}</c> and the list return it.</summary>
/// <param name="Amount">Won.</param>
/// <param name="RefundedAt">When it completed.</param>
public sealed record RefundInfo(string RefundId, long Amount, RefundStatus Status, DateTimeOffset? RefundedAt);

/// <summary>Answer of <c>GET /payments/{paymentId}</c>.</summary>
/// <param name="Amount">Won charged; before an approval, won requested.</param>
/// <param name="RefundedAmount">Won refunded, of every origin.</param>
public sealed record PaymentInfo(
    string PaymentId,
    string OrderId,
    int Attempt,
    PaymentStatus Status,
    string Method,
    string? ApprovalNumber,
    string? DeclineCode,
    long Amount,
    long RefundedAmount,
    IReadOnlyList<RefundInfo> Refunds,
    DateTimeOffset UpdatedAt);

/// <summary>One payment of <c>GET /payments?from&amp;to</c>.</summary>
public sealed record PaymentListItem(
    string PaymentId,
    string OrderId,
    int Attempt,
    PaymentStatus Status,
    long Amount,
    long RefundedAmount,
    IReadOnlyList<RefundInfo> Refunds,
    DateTimeOffset UpdatedAt);

/// <summary>A page of <c>GET /payments?from&amp;to</c>.</summary>
/// <param name="NextCursor">Absent on the last page.</param>
public sealed record PaymentPage(IReadOnlyList<PaymentListItem> Items, string? NextCursor);

/// <summary>Body of <c>POST /payments/{paymentId}/cancel</c>.</summary>
public sealed record CancelRequest(string Reason);

/// <summary>Answer of a cancellation; <c>approved</c> means that the payment was approved before.</summary>
public sealed record CancelAnswer(PaymentStatus Status);

/// <summary>Body of <c>POST /payments/{paymentId}/refunds</c>.</summary>
public sealed record RefundRequest(string RefundId, long Amount, string Reason, JsonElement? Items = null);

/// <summary>A completed refund (201).</summary>
public sealed record RefundDone(string RefundId, long RefundedAmount, long RemainingAmount, DateTimeOffset RefundedAt);

/// <summary>An accepted, pending refund (202).</summary>
public sealed record RefundAccepted(string RefundId, string Status);

/// <summary>Answer of <c>GET /identity-verifications/{id}</c>.</summary>
public sealed record IdentityVerification(bool Verified, string MemberId);
