using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>One attempt to pay (결제): at most one of an order is open (hotspot 4).</summary>
/// <param name="Number">From 1 upwards; part of the attempt's idempotency key.</param>
/// <param name="Amount">The requested amount, won.</param>
public sealed record PaymentAttempt(int Number, string Method, Won Amount, PaymentStatus Status, DateTimeOffset RequestedAt)
{
    /// <summary>Absent until the payment team has answered.</summary>
    public string? PaymentId { get; init; }

    /// <summary>When the attempt times out (결제 타임아웃 5분).</summary>
    public required DateTimeOffset Deadline { get; init; }

    public string? DeclineCode { get; init; }

    public string? ApprovalNumber { get; init; }

    /// <summary>The identity verification that still has to be read before the payment is requested.</summary>
    public string? UnreadVerificationId { get; init; }

    /// <summary>Set while the attempt is being closed: its true state is read first.</summary>
    public ClosingReason? Closing { get; init; }

    /// <summary>An approval that arrived while a timeout was being handled: it counts only if it was given before our query.</summary>
    public PartnerEvent? HeldApproval { get; init; }

    /// <summary>The payment team reported another outcome after the attempt had ended: its true state is being read.</summary>
    public bool Questioned { get; init; }

    /// <summary>The approved amount if it differs from the requested one, won: it needs an intervention, and no goods leave for it.</summary>
    public Won? ApprovedOtherwise { get; init; }
}

/// <summary>
/// A difference between the ledger and the payment team's records that a reconciliation (결제 대사) found and that cannot be corrected automatically.
/// </summary>
/// <param name="DifferenceId">The id of the event that reported it.</param>
/// <param name="Text">What was expected and what is there, in plain words.</param>
public sealed record PaymentDifference(string DifferenceId, string Text);

/// <summary>Why an open attempt is closed.</summary>
public enum ClosingReason
{
    /// <summary>결제 취소 (고객 취소): a cancel that comes too late means that the order is paid.</summary>
    CustomerRequest,

    /// <summary>결제 타임아웃: an approval that is found then is late, unless it was given before our query.</summary>
    Timeout,
}
