using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.Events;

/// <summary>Maps the close event of a child workflow to the event in its parent's history.</summary>
internal static class ChildClosure
{
    public static EventType TypeOf(HistoryEvent close) => close.EventType switch
    {
        EventType.WorkflowExecutionCompleted => EventType.ChildWorkflowExecutionCompleted,
        EventType.WorkflowExecutionFailed => EventType.ChildWorkflowExecutionFailed,
        EventType.WorkflowExecutionCanceled => EventType.ChildWorkflowExecutionCanceled,
        EventType.WorkflowExecutionTerminated => EventType.ChildWorkflowExecutionTerminated,
        EventType.WorkflowExecutionTimedOut => EventType.ChildWorkflowExecutionTimedOut,
        var other => throw new InvalidOperationException($"A child does not end with {other}."),
    };

    public static void Fill(HistoryEvent e, PendingChild child, RunKey run, HistoryEvent close)
    {
        var (initiated, started, name, type) = (child.InitiatedEventId, child.StartedEventId, child.Initiated.Namespace, child.Initiated.WorkflowType);
        var execution = run.Execution;
        switch (close.EventType)
        {
            case EventType.WorkflowExecutionCompleted:
                var result = close.WorkflowExecutionCompletedEventAttributes.Result;
                e.ChildWorkflowExecutionCompletedEventAttributes =
                    new() { Result = result, InitiatedEventId = initiated, StartedEventId = started, Namespace = name, WorkflowExecution = execution, WorkflowType = type };
                break;
            case EventType.WorkflowExecutionFailed:
                var failed = close.WorkflowExecutionFailedEventAttributes;
                e.ChildWorkflowExecutionFailedEventAttributes = new()
                {
                    Failure = failed.Failure,
                    RetryState = failed.RetryState,
                    InitiatedEventId = initiated,
                    StartedEventId = started,
                    Namespace = name,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                };
                break;
            case EventType.WorkflowExecutionCanceled:
                var details = close.WorkflowExecutionCanceledEventAttributes.Details;
                e.ChildWorkflowExecutionCanceledEventAttributes =
                    new() { Details = details, InitiatedEventId = initiated, StartedEventId = started, Namespace = name, WorkflowExecution = execution, WorkflowType = type };
                break;
            case EventType.WorkflowExecutionTerminated:
                e.ChildWorkflowExecutionTerminatedEventAttributes =
                    new() { InitiatedEventId = initiated, StartedEventId = started, Namespace = name, WorkflowExecution = execution, WorkflowType = type };
                break;
            default:
                var retryState = close.WorkflowExecutionTimedOutEventAttributes.RetryState;
                e.ChildWorkflowExecutionTimedOutEventAttributes = new()
                {
                    RetryState = retryState,
                    InitiatedEventId = initiated,
                    StartedEventId = started,
                    Namespace = name,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                };
                break;
        }
    }
}
