using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>The first events of a run that is created by a reset.</summary>
internal sealed partial class RunTransaction
{
    private const string ResetIdentity = "history-service";

    /// <summary>Copies the events of the base run.</summary>
    public void Replay(IEnumerable<HistoryEvent> events)
    {
        foreach (var historyEvent in events)
        {
            Append(historyEvent.Clone());
        }
    }

    /// <summary>Fails the workflow task that is pending at the end of the copied events.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no workflow task is pending there.</exception>
    public void EndResetWorkflowTask(ResetWorkflowExecutionRequest request, string baseRunId)
    {
        switch (State.Events.LastOrDefault(e => IsOfWorkflowTask(e.EventType)))
        {
            case { EventType: EventType.WorkflowTaskScheduled } scheduled:
                FailResetWorkflowTask(scheduled.EventId, StartResetWorkflowTask(scheduled.EventId), request, baseRunId);
                break;
            case { WorkflowTaskStartedEventAttributes: { } started, EventId: var startedEventId }:
                FailResetWorkflowTask(started.ScheduledEventId, startedEventId, request, baseRunId);
                break;
            case { WorkflowTaskFailedEventAttributes.Cause: not WorkflowTaskFailedCause.ResetWorkflow }:
            case { WorkflowTaskTimedOutEventAttributes.TimeoutType: not TimeoutType.ScheduleToStart }:
                // A transient workflow task was pending, which has no events.
                break;
            default:
                throw ServiceErrors.InvalidArgument(
                    $"Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: {request.WorkflowTaskFinishEventId}");
        }
    }

    /// <summary>Fails the activities that were started at the reset point; their later outcomes in the base run are discarded.</summary>
    public void FailStartedActivities(string reason)
    {
        var started = State.Events.Where(e => State.Activities.ContainsKey(e.ActivityTaskStartedEventAttributes?.ScheduledEventId ?? 0)).ToList();
        foreach (var e in started)
        {
            Append(NewEvent(EventType.ActivityTaskFailed, failed => failed.ActivityTaskFailedEventAttributes = new()
            {
                ScheduledEventId = e.ActivityTaskStartedEventAttributes.ScheduledEventId,
                StartedEventId = e.EventId,
                Failure = ResetFailure(reason),
                Identity = e.ActivityTaskStartedEventAttributes.Identity,
                RetryState = RetryState.NonRetryableFailure,
            }));
        }
    }

    private static bool IsOfWorkflowTask(EventType type) => type
        is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskCompleted or EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut;

    private static Failure ResetFailure(string reason) => new() { Message = reason, Source = "Server", ResetWorkflowFailureInfo = new() };

    private long StartResetWorkflowTask(long scheduledEventId) => Append(NewEvent(EventType.WorkflowTaskStarted, e => e.WorkflowTaskStartedEventAttributes = new()
    {
        ScheduledEventId = scheduledEventId,
        Identity = ResetIdentity,
        HistorySizeBytes = State.HistorySizeBytes,
    })).EventId;

    private void FailResetWorkflowTask(long scheduledEventId, long startedEventId, ResetWorkflowExecutionRequest request, string baseRunId) =>
        Append(NewEvent(EventType.WorkflowTaskFailed, e => e.WorkflowTaskFailedEventAttributes = new()
        {
            ScheduledEventId = scheduledEventId,
            StartedEventId = startedEventId,
            Cause = WorkflowTaskFailedCause.ResetWorkflow,
            Failure = ResetFailure(request.Reason),
            Identity = ResetIdentity,
            BaseRunId = baseRunId,
            NewRunId = State.Key.RunId,
        }));
}
