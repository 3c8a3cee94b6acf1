using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// A run that an operator stops for a while: what comes in is kept and timers fire, but no task of it goes out; one that waits goes on waiting. A
/// worker that holds one may still answer it (real server: api/pauseworkflow).
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
        OfferWaitingTask();
        ScheduleWorkflowTask();
    }

    /// <summary>A task that nobody took before the pause goes out again, under another stamp: whoever was offered it meanwhile has dropped it.</summary>
    private void OfferWaitingTask()
    {
        if (State.WorkflowTask is not { IsStarted: false } waiting)
        {
            return;
        }

        waiting.Stamp = Guid.NewGuid().ToString();
        waiting.ScheduleToStartDeadline = waiting.IsSticky ? Now + State.Facts.StickyScheduleToStartTimeout : null;
        DispatchesWorkflowTask = true;
    }

    /// <summary>Workers that do not know these events may pass them over.</summary>
    private void AddIgnorable(EventType type, Action<HistoryEvent> fill) => AddEvent(type, e =>
    {
        e.WorkerMayIgnore = true;
        fill(e);
    });
}
