using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using OperationCase = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace EmbeddedTemporal.Batch;

/// <summary>What a batch operation does to one run. Doing it again changes nothing: after a crash the last few are done twice.</summary>
internal sealed class BatchSteps(HistoryEngine engine, Func<string, WorkflowExecution, Task> delete)
{
    /// <exception cref="RpcException">INVALID_ARGUMENT: no operation that can be done in a batch.</exception>
    public static BatchOperationType TypeOf(StartBatchOperationRequest request) => request.OperationCase switch
    {
        OperationCase.TerminationOperation => BatchOperationType.Terminate,
        OperationCase.CancellationOperation => BatchOperationType.Cancel,
        OperationCase.SignalOperation => BatchOperationType.Signal,
        OperationCase.DeletionOperation => BatchOperationType.Delete,
        OperationCase.ResetOperation => BatchOperationType.Reset,
        _ => throw ServiceErrors.InvalidArgument($"The operation type {request.OperationCase} is not supported"),
    };

    /// <exception cref="RpcException">The run refused.</exception>
    public Task RunAsync(StartBatchOperationRequest request, WorkflowExecution execution) => request.OperationCase switch
    {
        OperationCase.TerminationOperation => OnRunAsync(request, execution, tx =>
            tx.Terminate(request.Reason, request.TerminationOperation.Details, request.TerminationOperation.Identity)),
        OperationCase.CancellationOperation => OnRunAsync(request, execution, tx =>
            tx.RequestCancel(new() { Cause = request.Reason, Identity = request.CancellationOperation.Identity })),
        OperationCase.SignalOperation => OnRunAsync(request, execution, tx => tx.Signal(new()
        {
            SignalName = request.SignalOperation.Signal,
            Input = request.SignalOperation.Input,
            Header = request.SignalOperation.Header,
            Identity = request.SignalOperation.Identity,
            RequestId = request.JobId,
        })),
        OperationCase.DeletionOperation => delete(request.Namespace, execution),
        _ => ResetAsync(request, execution),
    };

    private Task OnRunAsync(StartBatchOperationRequest request, WorkflowExecution execution, Action<RunTransaction> step) =>
        engine.Find(request.Namespace, execution).ExecuteAsync(tx =>
        {
            if (!tx.State.IsRunning)
            {
                throw ServiceErrors.WorkflowCompleted();
            }

            step(tx);
        });

    private async Task ResetAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var options = request.ResetOperation.Options;
        var type = options is { FirstWorkflowTask: not null } ? ResetType.FirstWorkflowTask
            : options is { LastWorkflowTask: not null } ? ResetType.LastWorkflowTask
            : request.ResetOperation.ResetType;
        var completed = await engine.Find(request.Namespace, execution).ReadAsync(state =>
            state.Events.Where(e => e.EventType == EventType.WorkflowTaskCompleted).Select(e => e.EventId).ToList());
        if (completed.Count == 0)
        {
            throw ServiceErrors.InvalidArgument("no workflow task to reset to");
        }

        await new ResetHandler(engine).ResetAsync(new ResetWorkflowExecutionRequest
        {
            Namespace = request.Namespace,
            WorkflowExecution = execution,
            Reason = request.Reason,
            RequestId = $"{request.JobId}/{execution.RunId}",
            WorkflowTaskFinishEventId = type == ResetType.FirstWorkflowTask ? completed[0] : completed[^1],
            ResetReapplyType = options?.ResetReapplyType ?? request.ResetOperation.ResetReapplyType,
            ResetReapplyExcludeTypes = { options?.ResetReapplyExcludeTypes ?? [] },
            Identity = request.ResetOperation.Identity,
        });
    }
}
