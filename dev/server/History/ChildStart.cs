using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>The start of a child workflow: its start request and the events in the parent's history.</summary>
internal static class ChildStart
{
    public static StartWorkflowExecutionRequest Request(StartChildWorkflowExecutionInitiatedEventAttributes child, string requestId) => new()
    {
        Namespace = child.Namespace,
        WorkflowId = child.WorkflowId,
        WorkflowType = child.WorkflowType,
        TaskQueue = child.TaskQueue,
        Input = child.Input,
        Header = child.Header,
        Memo = child.Memo,
        SearchAttributes = child.SearchAttributes,
        WorkflowIdReusePolicy = child.WorkflowIdReusePolicy,
        WorkflowRunTimeout = child.WorkflowRunTimeout,
        WorkflowExecutionTimeout = child.WorkflowExecutionTimeout,
        WorkflowTaskTimeout = child.WorkflowTaskTimeout,
        RetryPolicy = child.RetryPolicy,
        CronSchedule = child.CronSchedule,
        Priority = child.Priority,
        RequestId = requestId,
    };

    public static void RecordStarted(RunTransaction tx, PendingChild child, string runId) =>
        tx.AddEvent(EventType.ChildWorkflowExecutionStarted, e => e.ChildWorkflowExecutionStartedEventAttributes = new()
        {
            InitiatedEventId = child.InitiatedEventId,
            Namespace = child.Initiated.Namespace,
            WorkflowExecution = new() { WorkflowId = child.Initiated.WorkflowId, RunId = runId },
            WorkflowType = child.Initiated.WorkflowType,
            Header = child.Initiated.Header,
        });

    /// <summary>Records the result of the start in the parent, unless it is recorded already.</summary>
    public static void Resolve(RunTransaction tx, Transfer transfer, Action<PendingChild> record)
    {
        if (tx.State.IsRunning && tx.State.Children.TryGetValue(transfer.EventId, out var pending) && !pending.IsStarted)
        {
            record(pending);
            tx.ScheduleWorkflowTask();
        }
    }

    public static void RecordNotStarted(RunTransaction tx, PendingChild child, StartChildWorkflowExecutionFailedCause cause) =>
        tx.AddEvent(EventType.StartChildWorkflowExecutionFailed, e => e.StartChildWorkflowExecutionFailedEventAttributes = new()
        {
            InitiatedEventId = child.InitiatedEventId,
            Namespace = child.Initiated.Namespace,
            WorkflowId = child.Initiated.WorkflowId,
            WorkflowType = child.Initiated.WorkflowType,
            Cause = cause,
            WorkflowTaskCompletedEventId = child.Initiated.WorkflowTaskCompletedEventId,
        });
}
