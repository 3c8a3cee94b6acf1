using EmbeddedTemporal.Frontend;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// A run that an operator stops for a while: what comes in is kept and timers fire, but no task of it goes out. A worker that holds one may still
/// answer it (real server: api/pauseworkflow).
/// </summary>
internal sealed partial class RunTransaction
{
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: another request has paused it.</exception>
    public void Pause(string identity, string reason, string requestId)
    {
        if (State.IsPaused && requestId.Length > 0 && State.PauseRequestId == requestId)
        {
            return;
        }

        if (State.IsPaused)
        {
            throw ServiceErrors.FailedPrecondition("workflow is already paused.");
        }

        AddIgnorable(EventType.WorkflowExecutionPaused, e => e.WorkflowExecutionPausedEventAttributes = new()
        {
            Identity = identity,
            Reason = reason,
            RequestId = requestId,
        });
        MarkPauseChanged();
        if (State.WorkflowTask is { IsStarted: false })
        {
            // Nobody will take it, and after the pause there is a task of its own.
            FailWorkflowTask(WorkflowTaskFailedCause.WorkflowPauseRequestedBeforeTaskStarted, null, "");
            State.Facts.WorkflowTaskAttempt = 1;
        }
    }

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: it is not paused.</exception>
    public void Unpause(string identity, string reason, string requestId)
    {
        if (!State.IsPaused)
        {
            throw ServiceErrors.FailedPrecondition("workflow is not paused.");
        }

        AddIgnorable(EventType.WorkflowExecutionUnpaused, e => e.WorkflowExecutionUnpausedEventAttributes = new()
        {
            Identity = identity,
            Reason = reason,
            RequestId = requestId,
        });
        MarkPauseChanged();
        ActivitiesToDispatch.AddRange(State.Activities.Values);
        ScheduleWorkflowTask();
    }

    /// <summary>Workers that do not know these events may pass them over.</summary>
    private void AddIgnorable(EventType type, Action<HistoryEvent> fill) => AddEvent(type, e =>
    {
        e.WorkerMayIgnore = true;
        fill(e);
    });
}
