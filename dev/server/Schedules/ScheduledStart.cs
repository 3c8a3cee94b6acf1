using System.Globalization;
using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>The start requests of schedules.</summary>
internal static class ScheduledStart
{
    /// <summary>Returns the workflow id of an action: the configured workflow id with the nominal time appended.</summary>
    public static string WorkflowId(string baseId, DateTime nominal) =>
        $"{baseId}-{nominal.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";

    /// <summary>Builds the start request of an action.</summary>
    public static StartWorkflowExecutionRequest Of(ScheduleState state, BufferedStart start)
    {
        var action = state.Schedule.Action.StartWorkflow;
        // A workflow that may overlap does not get the last completion result or the continued failure.
        var chained = state.PolicyOf(start) != ScheduleOverlapPolicy.AllowAll;
        return new StartWorkflowExecutionRequest
        {
            Namespace = state.Namespace,
            WorkflowId = WorkflowId(action.WorkflowId, start.Nominal),
            WorkflowType = action.WorkflowType,
            TaskQueue = action.TaskQueue,
            Input = action.Input,
            WorkflowExecutionTimeout = action.WorkflowExecutionTimeout,
            WorkflowRunTimeout = action.WorkflowRunTimeout,
            WorkflowTaskTimeout = action.WorkflowTaskTimeout,
            Identity = state.Identity,
            RequestId = start.RequestId,
            WorkflowIdReusePolicy = start.Manual ? WorkflowIdReusePolicy.AllowDuplicate : WorkflowIdReusePolicy.RejectDuplicate,
            RetryPolicy = action.RetryPolicy,
            Memo = action.Memo,
            SearchAttributes = Attributes(action, state.ScheduleId, start.Nominal),
            Header = action.Header,
            LastCompletionResult = chained ? state.LastCompletionResult : null,
            ContinuedFailure = chained ? state.ContinuedFailure : null,
            UserMetadata = action.UserMetadata,
            VersioningOverride = action.VersioningOverride,
            Priority = action.Priority,
        };
    }

    private static SearchAttributes Attributes(NewWorkflowExecutionInfo action, string scheduleId, DateTime nominal)
    {
        var attributes = action.SearchAttributes?.Clone() ?? new SearchAttributes();
        var seconds = nominal.AddTicks(-(nominal.Ticks % TimeSpan.TicksPerSecond));
        attributes.IndexedFields[SearchAttributeNames.ScheduledStartTime] = SearchAttributePayload.Encode(seconds, IndexedValueType.Datetime);
        attributes.IndexedFields[SearchAttributeNames.ScheduledById] = SearchAttributePayload.Encode(scheduleId, IndexedValueType.Keyword);
        return attributes;
    }
}
