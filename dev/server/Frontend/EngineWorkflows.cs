using EmbeddedTemporal.Common;
using EmbeddedTemporal.Schedules;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Starts, observes and ends the workflows of schedules through the handlers of the gRPC API.</summary>
internal sealed class EngineWorkflows(WorkflowServiceHandler frontend) : IScheduledWorkflows
{
    public async Task<string> StartAsync(StartWorkflowExecutionRequest request) =>
        (await CallGuard.RunAsync(nameof(StartAsync), () => frontend.StartWorkflowExecution(request, Call(CancellationToken.None)))).RunId;

    public async Task<ScheduledOutcome?> OutcomeAsync(
        string namespaceName, WorkflowExecution execution, bool wait, CancellationToken cancellation)
    {
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = namespaceName,
            Execution = execution.Clone(),
            WaitNewEvent = wait,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        };
        while (true)
        {
            HistoryEvent? last;
            try
            {
                last = (await frontend.GetWorkflowExecutionHistory(request, Call(cancellation))).History.Events.LastOrDefault();
            }
            catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
            {
                return new ScheduledOutcome(WorkflowExecutionStatus.Completed, null, null);
            }
            cancellation.ThrowIfCancellationRequested();
            if (last is not null && Outcome(last) is var (outcome, successor))
            {
                if (successor.Length == 0)
                {
                    return outcome;
                }
                request.Execution.RunId = successor;
            }
            else if (!wait)
            {
                return null;
            }
        }
    }

    public Task CancelAsync(string namespaceName, WorkflowExecution execution, string identity) => IgnoreEnded(() => frontend.RequestCancelWorkflowExecution(
        new RequestCancelWorkflowExecutionRequest
        {
            Namespace = namespaceName,
            WorkflowExecution = new WorkflowExecution { WorkflowId = execution.WorkflowId },
            FirstExecutionRunId = execution.RunId,
            Identity = identity,
            RequestId = Guid.NewGuid().ToString(),
            Reason = "cancelled by schedule overlap policy",
        },
        Call(CancellationToken.None)));

    public Task TerminateAsync(string namespaceName, WorkflowExecution execution, string identity) => IgnoreEnded(() => frontend.TerminateWorkflowExecution(
        new TerminateWorkflowExecutionRequest
        {
            Namespace = namespaceName,
            WorkflowExecution = new WorkflowExecution { WorkflowId = execution.WorkflowId },
            FirstExecutionRunId = execution.RunId,
            Identity = identity,
            Reason = "terminated by schedule overlap policy",
        },
        Call(CancellationToken.None)));

    private static CallContext Call(CancellationToken cancellation) => new(DateTime.MaxValue, cancellation);

    private static async Task IgnoreEnded(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException ended) when (ended.StatusCode == StatusCode.NotFound)
        {
            // The run is closed already.
        }
    }

    // The outcome of a close event and the run id of the successor, empty if there is none; null for an event that is not a close event.
    private static (ScheduledOutcome Outcome, string Successor)? Outcome(HistoryEvent last) => last.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.Completed, last.WorkflowExecutionCompletedEventAttributes.Result, null),
                last.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.Failed, null, last.WorkflowExecutionFailedEventAttributes.Failure),
                last.WorkflowExecutionFailedEventAttributes.NewExecutionRunId),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.TimedOut, null, null),
                last.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.ContinuedAsNew, null, null),
                last.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCanceledEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.Canceled, null, null), string.Empty),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTerminatedEventAttributes =>
            (new ScheduledOutcome(WorkflowExecutionStatus.Terminated, null, null), string.Empty),
        _ => null,
    };
}
