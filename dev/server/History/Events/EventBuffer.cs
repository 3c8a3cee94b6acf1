using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.Events;

/// <summary>Which events are buffered while a workflow task is started, and how they are flushed into history (real server: event_store.go).</summary>
internal static class EventBuffer
{
    /// <summary>Whether events of this type are buffered; start, close, workflow task and command events are not.</summary>
    public static bool MayBuffer(EventType type) => type is
        EventType.ActivityTaskStarted or EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut
        or EventType.ActivityTaskCanceled or EventType.TimerFired or EventType.WorkflowExecutionSignaled or EventType.WorkflowExecutionCancelRequested
        or EventType.ChildWorkflowExecutionStarted or EventType.StartChildWorkflowExecutionFailed or EventType.ExternalWorkflowExecutionSignaled
        or EventType.SignalExternalWorkflowExecutionFailed or EventType.ExternalWorkflowExecutionCancelRequested
        or EventType.RequestCancelExternalWorkflowExecutionFailed or EventType.WorkflowExecutionOptionsUpdated
        or EventType.WorkflowExecutionPaused or EventType.WorkflowExecutionUnpaused || IsCompletion(type);

    public static bool ChangesVisibility(EventType type) => type is
        EventType.WorkflowExecutionStarted or EventType.UpsertWorkflowSearchAttributes or EventType.WorkflowPropertiesModified || IsClose(type);

    public static bool IsClose(EventType type) => type is
        EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed or EventType.WorkflowExecutionCanceled
        or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionTimedOut or EventType.WorkflowExecutionContinuedAsNew;

    /// <summary>Moves the completions of activities and child workflows to the end, so that none precedes its started event.</summary>
    public static IReadOnlyList<HistoryEvent> Reorder(IReadOnlyCollection<HistoryEvent> buffered) =>
        [.. buffered.Where(e => !IsCompletion(e.EventType)), .. buffered.Where(e => IsCompletion(e.EventType))];

    /// <summary>Sets the started event id of a completion, which was unknown when the completion was buffered.</summary>
    public static void WireStartedId(HistoryEvent e, Dictionary<long, long> startedIds, MutableState state)
    {
        switch (e.EventType)
        {
            case EventType.ActivityTaskStarted:
                startedIds[e.ActivityTaskStartedEventAttributes.ScheduledEventId] = e.EventId;
                break;
            case EventType.ChildWorkflowExecutionStarted:
                startedIds[e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId] = e.EventId;
                break;
            case EventType.ActivityTaskCompleted when Started(e.ActivityTaskCompletedEventAttributes.ScheduledEventId) is { } id:
                e.ActivityTaskCompletedEventAttributes.StartedEventId = id;
                break;
            case EventType.ActivityTaskFailed when Started(e.ActivityTaskFailedEventAttributes.ScheduledEventId) is { } id:
                e.ActivityTaskFailedEventAttributes.StartedEventId = id;
                break;
            case EventType.ActivityTaskTimedOut when Started(e.ActivityTaskTimedOutEventAttributes.ScheduledEventId) is { } id:
                e.ActivityTaskTimedOutEventAttributes.StartedEventId = id;
                break;
            case EventType.ActivityTaskCanceled when Started(e.ActivityTaskCanceledEventAttributes.ScheduledEventId) is { } id:
                e.ActivityTaskCanceledEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionCompleted when Started(e.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId) is { } id:
                e.ChildWorkflowExecutionCompletedEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionFailed when Started(e.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId) is { } id:
                e.ChildWorkflowExecutionFailedEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionCanceled when Started(e.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId) is { } id:
                e.ChildWorkflowExecutionCanceledEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionTerminated when Started(e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId) is { } id:
                e.ChildWorkflowExecutionTerminatedEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionTimedOut when Started(e.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId) is { } id:
                e.ChildWorkflowExecutionTimedOutEventAttributes.StartedEventId = id;
                break;
            default:
                break;
        }

        long? Started(long scheduledOrInitiatedId) => startedIds.TryGetValue(scheduledOrInitiatedId, out var id) ? id : null;
    }

    /// <summary>Returns the scheduled event id of the activity that the event completes; zero for other events.</summary>
    public static long EndedActivity(HistoryEvent e) => e.EventType switch
    {
        EventType.ActivityTaskCompleted => e.ActivityTaskCompletedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskFailed => e.ActivityTaskFailedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskTimedOut => e.ActivityTaskTimedOutEventAttributes.ScheduledEventId,
        EventType.ActivityTaskCanceled => e.ActivityTaskCanceledEventAttributes.ScheduledEventId,
        _ => 0,
    };

    private static bool IsCompletion(EventType type) => type is
        EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut or EventType.ActivityTaskCanceled
        or EventType.ChildWorkflowExecutionCompleted or EventType.ChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionTimedOut
        or EventType.ChildWorkflowExecutionCanceled or EventType.ChildWorkflowExecutionTerminated;
}
