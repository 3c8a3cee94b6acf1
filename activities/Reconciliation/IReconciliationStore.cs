using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Writes reconciliations (결제 대사). Every call is one transaction of bounded size and may be repeated.</summary>
public interface IReconciliationStore
{
    /// <inheritdoc cref="IReconciliationActivities.FindDayToReconcileAsync"/>
    Task<DateOnly?> FindDayAsync(DateOnly? after, DateOnly upTo, CancellationToken cancellationToken);

    /// <inheritdoc cref="IReconciliationActivities.BeginReconciliationAsync"/>
    Task<int> BeginAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Our entries of payments, by payment; payments without entries are left out.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<PaymentEntry>>> EntriesAsync(IReadOnlyList<string> paymentIds, CancellationToken cancellationToken);

    /// <summary>Marks those of the payments that are ours as seen in the payment team's list of the day.</summary>
    Task MarkSeenAsync(DateOnly day, IReadOnlyList<string> paymentIds, CancellationToken cancellationToken);

    /// <summary>
    /// Money that moved in our ledgers on the day, after a position, and whether its payment needs no further check: the payment team's list had it, or
    /// it moved earlier on the day.
    /// </summary>
    Task<IReadOnlyList<OwnMovement>> MovementsAsync(DateOnly day, EntryPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Writes a difference, with an event at its order and in the feed; returns whether it is new to the day.</summary>
    Task<bool> AddDifferenceAsync(DateOnly day, int run, ReconciliationDifference difference, CancellationToken cancellationToken);

    /// <inheritdoc cref="IReconciliationActivities.CompleteReconciliationAsync"/>
    Task CompleteAsync(DateOnly day, int run, ReconciliationTotals totals, CancellationToken cancellationToken);

    /// <inheritdoc cref="IReconciliationActivities.FailReconciliationAsync"/>
    Task FailAsync(ReconciliationFailure failure, CancellationToken cancellationToken);
}

/// <summary>Reads reconciliations; no method queries a workflow.</summary>
public interface IReconciliationQueries
{
    /// <summary>The last comparison of a day; <c>null</c>: there was none.</summary>
    Task<ReconciledDay?> FindAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Differences that a comparison found, after a position, in the order they were first found.</summary>
    Task<IReadOnlyList<FoundDifference>> DifferencesAsync(DateOnly day, int run, long after, int limit, CancellationToken cancellationToken);
}

/// <summary>A movement of one of our payments.</summary>
/// <param name="RefundId">The refund, ours or foreign; absent for a charge and for an attempt's end.</param>
/// <param name="Amount">Won.</param>
public sealed record PaymentEntry(string OrderId, int Attempt, string PaymentId, string Kind, string? RefundId, long Amount);

/// <summary>A movement with its position in the day.</summary>
/// <param name="IsSeen">The payment team's list had its payment, or an earlier movement of the day was of it.</param>
public sealed record OwnMovement(EntryPosition Position, string OrderId, int Attempt, string PaymentId, bool IsSeen);

/// <summary>A day's reconciliation.</summary>
/// <param name="Error">Why it failed.</param>
public sealed record ReconciledDay(
    DateOnly Day,
    int Run,
    ReconciliationStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Error,
    ReconciliationTotals Totals);

/// <summary>A difference and its position among those of its day.</summary>
public sealed record FoundDifference(long Position, ReconciliationDifference Difference, DateTimeOffset FoundAt);
