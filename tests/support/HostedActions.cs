using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace OrderOrchestration.Tests;

/// <summary>
/// What a hosted Temporal bills for a workflow, counted from its history: 1 each for start, activity and each retry, timer, signal, update and
/// search-attribute upsert; all local activities of a workflow task together 1.
/// </summary>
internal static class HostedActions
{
    public static int Of(IReadOnlyCollection<HistoryEvent> events)
    {
        var simple = events.Count(entry => entry.EventType is EventType.WorkflowExecutionStarted
            or EventType.ActivityTaskScheduled
            or EventType.TimerStarted
            or EventType.WorkflowExecutionSignaled
            or EventType.WorkflowExecutionUpdateAccepted
            or EventType.UpsertWorkflowSearchAttributes);
        var retries = events.Where(entry => entry.EventType == EventType.ActivityTaskStarted).Sum(entry => entry.ActivityTaskStartedEventAttributes.Attempt - 1);
        var tasksWithLocalActivities = events
            .Where(entry => entry.EventType == EventType.MarkerRecorded)
            .Select(entry => entry.MarkerRecordedEventAttributes.WorkflowTaskCompletedEventId)
            .Distinct()
            .Count();
        return simple + retries + tasksWithLocalActivities;
    }
}
