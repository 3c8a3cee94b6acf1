using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>
/// A day's reconciliation. <paramref name="Sums"/> cover the whole payments that changed on the day on either side, as they were when they were compared and
/// before corrections. They are equal where there is no difference.
/// </summary>
/// <param name="Run">The number of this comparison of the day.</param>
/// <param name="Error">Why the comparison failed.</param>
/// <param name="Payments">How many payments changed on the day.</param>
/// <param name="Refunds">The number of refunds of these payments.</param>
/// <param name="DifferenceCount">The number of differences that this comparison found; <paramref name="Differences"/> is a page of them.</param>
public sealed record ReconciliationView(
    DateOnly Day,
    ReconciliationStatus Status,
    int Run,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    string? Error,
    long Payments,
    long Refunds,
    ReconciliationSums Sums,
    long DifferenceCount,
    IReadOnlyList<DifferenceView> Differences,
    string? NextCursor)
{
    internal static ReconciliationView Of(ReconciledDay day, IReadOnlyList<FoundDifference> differences, string? nextCursor) => new(
        day.Day,
        day.Status,
        day.Run,
        day.StartedAt,
        day.EndedAt,
        day.Error,
        day.Totals.Payments,
        day.Totals.Refunds,
        new ReconciliationSums(
            new SideSums(day.Totals.OursPaid, day.Totals.OursRefunded), new SideSums(day.Totals.TheirsPaid, day.Totals.TheirsRefunded)),
        day.Totals.Differences,
        [.. differences.Select(DifferenceView.Of)],
        nextCursor);
}

/// <summary>Sums of both sides.</summary>
public sealed record ReconciliationSums(SideSums Ours, SideSums Theirs);

/// <summary>Won charged and won refunded, whichever side requested the refund.</summary>
public sealed record SideSums(Won Paid, Won Refunded);

/// <summary>A difference: won in our ledger and in the payment team's books, absent where a side has no entry, and the action taken.</summary>
/// <param name="OrderId">Absent where there is no such order.</param>
/// <param name="RefundId">The refund that differs; absent where the payment itself differs.</param>
/// <param name="FoundAt">When a comparison of the day found the difference for the first time.</param>
public sealed record DifferenceView(
    string? OrderId,
    string PaymentId,
    int Attempt,
    string? RefundId,
    DifferenceKind Kind,
    Won? Ours,
    Won? Theirs,
    string? OursStatus,
    string? TheirsStatus,
    DifferenceOutcome Done,
    DateTimeOffset FoundAt)
{
    internal static DifferenceView Of(FoundDifference found) => new(
        found.Difference.OrderId,
        found.Difference.PaymentId,
        found.Difference.Attempt,
        found.Difference.RefundId,
        found.Difference.Kind,
        found.Difference.Ours,
        found.Difference.Theirs,
        found.Difference.OursStatus,
        found.Difference.TheirsStatus,
        found.Difference.Done,
        found.FoundAt);
}
