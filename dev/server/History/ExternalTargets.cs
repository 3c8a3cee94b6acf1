using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>Signals and cancel requests from one workflow to another.</summary>
internal static class ExternalTargets
{
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: the target is closed, or is not a child of the caller although it has to be.</exception>
    public static void RequireReachable(MutableState target, RunKey origin, bool childOnly)
    {
        if (!target.IsRunning)
        {
            throw ServiceErrors.WorkflowCompleted();
        }

        RequireChild(target, origin, childOnly);
    }

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: the target is not a child of the caller although it has to be.</exception>
    public static void RequireChild(MutableState target, RunKey origin, bool childOnly)
    {
        if (childOnly && target.Started.ParentWorkflowExecution?.WorkflowId != origin.WorkflowId)
        {
            throw ServiceErrors.NotFound("workflow is not a child of the caller");
        }
    }

    public static void RecordSignaled(RunTransaction tx, long initiatedEventId, SignalExternalWorkflowExecutionFailedCause? failed)
    {
        if (!tx.State.IsRunning || !tx.State.ExternalSignals.TryGetValue(initiatedEventId, out var signal))
        {
            return;
        }

        if (failed is { } cause)
        {
            tx.AddEvent(EventType.SignalExternalWorkflowExecutionFailed, e => e.SignalExternalWorkflowExecutionFailedEventAttributes = new()
            {
                InitiatedEventId = initiatedEventId,
                Namespace = signal.Namespace,
                WorkflowExecution = signal.WorkflowExecution,
                Cause = cause,
                WorkflowTaskCompletedEventId = signal.WorkflowTaskCompletedEventId,
            });
        }
        else
        {
            tx.AddEvent(EventType.ExternalWorkflowExecutionSignaled, e => e.ExternalWorkflowExecutionSignaledEventAttributes = new()
            {
                InitiatedEventId = initiatedEventId,
                Namespace = signal.Namespace,
                WorkflowExecution = signal.WorkflowExecution,
            });
        }

        tx.ScheduleWorkflowTask();
    }

    public static void RecordCancelRequested(RunTransaction tx, long initiatedEventId, CancelExternalWorkflowExecutionFailedCause? failed)
    {
        if (!tx.State.IsRunning || !tx.State.ExternalCancels.TryGetValue(initiatedEventId, out var cancel))
        {
            return;
        }

        if (failed is { } cause)
        {
            tx.AddEvent(EventType.RequestCancelExternalWorkflowExecutionFailed, e => e.RequestCancelExternalWorkflowExecutionFailedEventAttributes = new()
            {
                InitiatedEventId = initiatedEventId,
                Namespace = cancel.Namespace,
                WorkflowExecution = cancel.WorkflowExecution,
                Cause = cause,
                WorkflowTaskCompletedEventId = cancel.WorkflowTaskCompletedEventId,
            });
        }
        else
        {
            tx.AddEvent(EventType.ExternalWorkflowExecutionCancelRequested, e => e.ExternalWorkflowExecutionCancelRequestedEventAttributes = new()
            {
                InitiatedEventId = initiatedEventId,
                Namespace = cancel.Namespace,
                WorkflowExecution = cancel.WorkflowExecution,
            });
        }

        tx.ScheduleWorkflowTask();
    }
}
