using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>
/// A day's reconciliation. <paramref name="Sums"/> are of the payments that changed on the day at either side, whole, as they stood when they were compared and
/// before anything was put right: they are equal where nothing differs.
/// </summary>
/// <param name="Run">Counts the comparisons of the day.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Payments">How many payments changed on the day.</param>
/// <param name="Refunds">How many refunds these payments have.</param>
/// <param name="DifferenceCount">All that this comparison found; <paramref name="Differences"/> is a page of them.</param>
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

/// <summary>Won that were taken, and that went back, whoever gave them back.</summary>
public sealed record SideSums(Won Paid, Won Refunded);

/// <summary>A difference: won by our ledger and by the payment team's books, absent where a side has nothing, and what was done.</summary>
/// <param name="OrderId">Absent where we have no such order.</param>
/// <param name="RefundId">The refund that it is about; absent where it is the payment itself.</param>
/// <param name="FoundAt">When the day's first comparison that met it did.</param>
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
