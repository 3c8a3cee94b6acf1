using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// Pausing of runs. Events are still recorded and timers fire, but no workflow or activity tasks are dispatched; a task in a queue stays there. A started
/// task can still be completed (real server: api/pauseworkflow).
/// </summary>
internal sealed partial class RunTransaction
{
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: another request has paused the run.</exception>
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

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: the run is not paused.</exception>
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
        RedispatchWorkflowTask();
        ScheduleWorkflowTask();
    }

    /// <summary>Dispatches a workflow task that was pending before the pause again, under a new stamp, because pollers dropped it during the pause.</summary>
    private void RedispatchWorkflowTask()
    {
        if (State.WorkflowTask is not { IsStarted: false } pending)
        {
            return;
        }

        pending.Stamp = Guid.NewGuid().ToString();
        pending.ScheduleToStartDeadline = pending.IsSticky ? Now + State.Facts.StickyScheduleToStartTimeout : null;
        DispatchesWorkflowTask = true;
    }

    /// <summary>Adds an event that workers may ignore if they do not support it.</summary>
    private void AddIgnorable(EventType type, Action<HistoryEvent> fill) => AddEvent(type, e =>
    {
        e.WorkerMayIgnore = true;
        fill(e);
    });
}
