using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>Where the reconciliation of a day stands.</summary>
public enum ReconciliationStatus
{
    Running,
    Completed,

    /// <summary>A step could not be done within its timeout; the day is compared again by the next night, or by hand.</summary>
    Failed,
}

/// <summary>A day to reconcile.</summary>
/// <param name="Progress">How far an earlier run of the workflow came.</param>
/// <param name="PaymentsPerStep">How many payments an activity compares at most, to the page.</param>
/// <param name="StepsPerRun">After how many activities the workflow continues as new.</param>
public sealed record ReconcileDay(DateOnly Day, ReconciliationProgress? Progress = null, int PaymentsPerStep = 20_000, int StepsPerRun = 100);

/// <summary>How far a reconciliation is: cursors and sums, never payments.</summary>
/// <param name="Run">Counts the comparisons of the day.</param>
/// <param name="Cursor">Where the payment team's list goes on.</param>
/// <param name="After">Up to where our own entries of the day were looked at.</param>
public sealed record ReconciliationProgress(
    int Run, ReconciliationTotals Totals, string? Cursor = null, bool TheirsCompared = false, EntryPosition? After = null, bool OursCompared = false);

/// <summary>Compares the payment team's list of a day from a cursor on.</summary>
public sealed record CompareTheirs(DateOnly Day, int Run, string? Cursor, int Payments);

/// <summary>How far the payment team's list was compared.</summary>
/// <param name="IsWhole">To its end.</param>
public sealed record TheirsCompared(string? NextCursor, bool IsWhole, ReconciliationTotals Totals);

/// <summary>Looks for payments of ours that the payment team's list did not have.</summary>
public sealed record CompareOurs(DateOnly Day, int Run, EntryPosition? After, int Payments);

/// <summary>How far our own entries were looked at; no position: to their end.</summary>
public sealed record OursCompared(EntryPosition? UpTo, ReconciliationTotals Totals);

/// <summary>A place among our entries of a day.</summary>
public sealed record EntryPosition(DateTimeOffset At, long Number);

/// <summary>Counts and sums of what was compared, as it stood when it was compared, before anything was put right. Won.</summary>
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

/// <summary>A reconciliation that could not be done.</summary>
public sealed record ReconciliationFailure(DateOnly Day, int Run, DateTimeOffset At, string Step, string Error);
