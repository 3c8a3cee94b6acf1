using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>The kind of a difference that a reconciliation found (contract §1).</summary>
public enum DifferenceKind
{
    /// <summary>Both sides have it, with different amounts.</summary>
    Amount,

    /// <summary>
    /// The payment team has an outcome that we do not: a lost approval or decline of an open attempt, a lost refund event, or an unknown payment.
    /// </summary>
    MissingHere,

    /// <summary>We have a charge that the payment team does not.</summary>
    MissingThere,

    /// <summary>A refund that was made at the payment team without our request.</summary>
    ForeignRefund,

    /// <summary>A closed attempt was charged.</summary>
    LateApproval,

    /// <summary>A refund that failed there, or is pending past <c>RefundPatience</c>.</summary>
    RefundUnfinished,
}

/// <summary>What was done about a difference (contract §1).</summary>
public enum DifferenceOutcome
{
    /// <summary>The order received the event that it had missed.</summary>
    Applied,

    /// <summary>The money is refunded.</summary>
    Refunded,

    /// <summary>It waits for an operator at its order.</summary>
    Attention,

    /// <summary>Nothing: it has to be examined manually.</summary>
    None,
}

/// <summary>One difference between our ledger and the payment team's records.</summary>
/// <param name="OrderId">Absent where we have no such order.</param>
/// <param name="RefundId">The refund that it is about; absent where it is the payment itself.</param>
/// <param name="Ours">Won by our ledger; absent if it has nothing.</param>
/// <param name="Theirs">Won by the payment team's records; absent if they have nothing.</param>
/// <param name="OursStatus">The status of the attempt or the refund by our ledger.</param>
public sealed record ReconciliationDifference(
    DifferenceKind Kind,
    string? OrderId,
    string PaymentId,
    int Attempt,
    string? RefundId,
    Won? Ours,
    Won? Theirs,
    string? OursStatus,
    string? TheirsStatus,
    DifferenceOutcome Done)
{
    /// <summary>The same difference has the same key each time it is found.</summary>
    public string Key() => $"{PaymentId}/{KebabCase.Name(Kind)}/{RefundId ?? "payment"}";
}

/// <summary>A difference with the event for its order that corrects it or hands it to an operator.</summary>
public sealed record Finding(ReconciliationDifference Difference, PartnerEvent? Remedy);

/// <summary>A payment as the payment team reports it at the time of the comparison.</summary>
/// <param name="Amount">Won charged; before an approval, won requested.</param>
public sealed record TeamPayment(
    string PaymentId,
    string OrderId,
    int Attempt,
    PaymentStatus Status,
    Won Amount,
    IReadOnlyList<PaymentRefund> Refunds,
    string? ApprovalNumber = null,
    string? DeclineCode = null)
{
    /// <summary>Money was charged, even if it was refunded since.</summary>
    public bool IsTaken => Status is PaymentStatus.Approved or PaymentStatus.Refunded || Refunds.Any(refund => refund.Status == PaymentRefundStatus.Completed);

    public Won Paid => IsTaken ? Amount : Won.Zero;

    public Won Refunded => Refunds.Where(refund => refund.Status == PaymentRefundStatus.Completed).Aggregate(Won.Zero, (sum, refund) => sum + refund.Amount);
}
