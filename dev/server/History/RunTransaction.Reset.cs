using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>How a run begins that a reset makes.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Takes over events of another run as they are.</summary>
    public void Replay(IEnumerable<HistoryEvent> events)
    {
        foreach (var historyEvent in events)
        {
            Append(historyEvent.Clone());
        }
    }

    /// <summary>Ends the workflow task at which the workflow was reset.</summary>
    /// <param name="lastEventId">The last event taken over; a task that was only scheduled is started first.</param>
    public void FailResetWorkflowTask(long scheduledEventId, long lastEventId, ResetWorkflowExecutionRequest request, string baseRunId)
    {
        var startedEventId = lastEventId;
        if (scheduledEventId == lastEventId)
        {
            startedEventId = Append(NewEvent(EventType.WorkflowTaskStarted, e => e.WorkflowTaskStartedEventAttributes = new()
            {
                ScheduledEventId = scheduledEventId,
                Identity = request.Identity,
                RequestId = request.RequestId,
            })).EventId;
        }

        Append(NewEvent(EventType.WorkflowTaskFailed, e => e.WorkflowTaskFailedEventAttributes = new()
        {
            ScheduledEventId = scheduledEventId,
            StartedEventId = startedEventId,
            Cause = WorkflowTaskFailedCause.ResetWorkflow,
            Failure = new() { Message = request.Reason, Source = "Server", ResetWorkflowFailureInfo = new() },
            Identity = request.Identity,
            BaseRunId = baseRunId,
            NewRunId = State.Key.RunId,
        }));
    }
}
