using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>The status of a day's reconciliation.</summary>
public enum ReconciliationStatus
{
    Running,
    Completed,

    /// <summary>A step was not completed within its timeout; the next night's run compares the day again, or an operator starts it by hand.</summary>
    Failed,
}

/// <summary>A day to reconcile.</summary>
/// <param name="Progress">The progress of an earlier run of the workflow.</param>
/// <param name="PaymentsPerStep">How many payments an activity compares at most, rounded up to a page.</param>
/// <param name="StepsPerRun">After how many activities the workflow continues as new.</param>
public sealed record ReconcileDay(DateOnly Day, ReconciliationProgress? Progress = null, int PaymentsPerStep = 20_000, int StepsPerRun = 100);

/// <summary>The progress of a reconciliation: cursors and sums, never payments.</summary>
/// <param name="Run">Counts the comparisons of the day.</param>
/// <param name="Cursor">Where the payment team's list continues.</param>
/// <param name="After">The last of our own entries of the day that was checked.</param>
public sealed record ReconciliationProgress(
    int Run, ReconciliationTotals Totals, string? Cursor = null, bool TheirsCompared = false, EntryPosition? After = null, bool OursCompared = false);

/// <summary>Compares the payment team's list of a day from a cursor on.</summary>
public sealed record CompareTheirs(DateOnly Day, int Run, string? Cursor, int Payments);

/// <summary>The progress of comparing the payment team's list.</summary>
/// <param name="IsWhole">The list was compared to its end.</param>
public sealed record TheirsCompared(string? NextCursor, bool IsWhole, ReconciliationTotals Totals);

/// <summary>Looks for payments of ours that the payment team's list did not have.</summary>
public sealed record CompareOurs(DateOnly Day, int Run, EntryPosition? After, int Payments);

/// <summary>The progress of checking our own entries; without a position: all were checked.</summary>
public sealed record OursCompared(EntryPosition? UpTo, ReconciliationTotals Totals);

/// <summary>A position among our entries of a day.</summary>
public sealed record EntryPosition(DateTimeOffset At, long Number);

/// <summary>Counts and sums of what was compared, as it was before any correction. Won.</summary>
/// <param name="Payments">Payments that changed on the day, at either side.</param>
/// <param name="Refunds">Refunds of these payments, at either side.</param>
public sealed record ReconciliationTotals(
    long Payments, long Refunds, Won OursPaid, Won OursRefunded, Won TheirsPaid, Won TheirsRefunded, long Differences)
{
    public static ReconciliationTotals Nothing { get; } = new(0, 0, default, default, default, default, 0);

    public ReconciliationTotals Plus(ReconciliationTotals other) => new(
        Payments + other.Payments,
        Refunds + other.Refunds,
        OursPaid + other.OursPaid,
        OursRefunded + other.OursRefunded,
        TheirsPaid + other.TheirsPaid,
        TheirsRefunded + other.TheirsRefunded,
        Differences + other.Differences);
}

/// <summary>A reconciliation that failed.</summary>
public sealed record ReconciliationFailure(DateOnly Day, int Run, DateTimeOffset At, string Step, string Error);
