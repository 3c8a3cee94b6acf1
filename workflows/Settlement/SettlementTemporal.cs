using OrderOrchestration.Workflows.Messages;
using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>Fixed Temporal names of settlement: schedules and operators know the workflows by them.</summary>
public static class SettlementTemporal
{
    public const string DailyWorkflow = "SettlementDaily";
    public const string DayWorkflow = "Settlement";
    public const string PayoutRunWorkflow = "PayoutRun";
    public const string PayoutWorkflow = "Payout";

    /// <summary>The moment a schedule meant, however late it started the workflow.</summary>
    private static readonly SearchAttributeKey<DateTimeOffset> ScheduledStartTime = SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime");

    public static string DayWorkflowId(DateOnly day) => "settlement-" + BusinessDay.Text(day);

    public static string PayoutRunWorkflowId(string runId) => "payout-" + runId;

    public static string PayoutWorkflowId(string payoutId) => "payout-" + payoutId;

    /// <summary>A run by hand is one of several on its day; the schedule's bears the day alone.</summary>
    public static string PayoutRunId(DateOnly day, string unique) => $"{BusinessDay.Text(day)}.{unique}";

    /// <summary>The time this workflow was meant to start: the schedule's, or now where none started it.</summary>
    internal static DateTimeOffset NominalTime() =>
        Workflow.TypedSearchAttributes.TryGetValue(ScheduledStartTime, out var nominal) ? nominal : Workflow.UtcNow;

    /// <summary>How an operator finds what waits for one: as a stuck order.</summary>
    internal static void ShowAttention(string? step) => Workflow.UpsertTypedSearchAttributes(
        OrderSearchAttributes.NeedsAttention.ValueSet(step is not null),
        step is null ? OrderSearchAttributes.Step.ValueUnset() : OrderSearchAttributes.Step.ValueSet(step));
}
