using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>Fixed Temporal names of reconciliation: schedules and operators refer to the workflows by them.</summary>
public static class ReconciliationTemporal
{
    public const string DailyWorkflow = "ReconciliationDaily";
    public const string DayWorkflow = "Reconciliation";

    /// <summary>The subject of a day's events.</summary>
    public static string Subject(DateOnly day) => "reconciliation-" + BusinessDay.Text(day);

    public static string DayWorkflowId(DateOnly day) => "reconciliation-" + BusinessDay.Text(day);
}

/// <summary>The steps of reconciliation, as operators see them.</summary>
internal static class ReconciliationStep
{
    /// <summary>How long a step is retried before the day's reconciliation fails: the payment team may be unavailable for a part of the night.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromHours(2);

    public static ActivityStep FindDay { get; } = new("find-day", "look for a day that was not reconciled", CallTime: 60);

    public static ActivityStep Begin { get; } = new("begin-reconciliation", "begin to compare the day", CallTime: 120);

    public static ActivityStep CompareTheirs { get; } = new("compare-theirs", "compare pages of the payment team's list with the ledgers", CallTime: 1_800);

    public static ActivityStep CompareOurs { get; } = new("compare-ours", "ask about payments that the payment team's list did not have", CallTime: 1_800);

    public static ActivityStep Complete { get; } = new("complete-reconciliation", "write what was compared", CallTime: 120);

    public static ActivityStep Fail { get; } = new("fail-reconciliation", "tell the operators that the day could not be compared");

    /// <summary>A dead worker is detected by its missing heartbeats, and not by the duration of the activity.</summary>
    public static ActivityOptions WithHeartbeat(ActivityOptions options)
    {
        options.HeartbeatTimeout = TimeSpan.FromMinutes(1);
        return options;
    }
}
