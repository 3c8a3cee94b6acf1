using OrderOrchestration.Workflows.Messages;
using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>Fixed Temporal names of settlement: schedules and operators refer to the workflows by them.</summary>
public static class SettlementTemporal
{
    public const string DailyWorkflow = "SettlementDaily";
    public const string DayWorkflow = "Settlement";
    public const string PayoutRunWorkflow = "PayoutRun";
    public const string PayoutWorkflow = "Payout";

    /// <summary>The nominal time of a scheduled run, even if the workflow started late.</summary>
    private static readonly SearchAttributeKey<DateTimeOffset> ScheduledStartTime = SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime");

    public static string DayWorkflowId(DateOnly day) => "settlement-" + BusinessDay.Text(day);

    public static string PayoutRunWorkflowId(string runId) => "payout-" + runId;

    public static string PayoutWorkflowId(string payoutId) => "payout-" + payoutId;

    /// <summary>The id of a run that is started by hand, unique within its day; a scheduled run has only the day as id.</summary>
    public static string PayoutRunId(DateOnly day, string unique) => $"{BusinessDay.Text(day)}.{unique}";

    /// <summary>The nominal start time of this workflow: the schedule's, or now if no schedule started it.</summary>
    internal static DateTimeOffset NominalTime() =>
        Workflow.TypedSearchAttributes.TryGetValue(ScheduledStartTime, out var nominal) ? nominal : Workflow.UtcNow;

    /// <summary>Sets the search attributes by which operators find open interventions, the same as for an order.</summary>
    internal static void ShowAttention(string? step) => Workflow.UpsertTypedSearchAttributes(
        OrderSearchAttributes.NeedsAttention.ValueSet(step is not null),
        step is null ? OrderSearchAttributes.Step.ValueUnset() : OrderSearchAttributes.Step.ValueSet(step));
}
