using EmbeddedTemporal.Batch;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using OperationCase = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace EmbeddedTemporal.Frontend;

/// <summary>Executes a batch operation on one run. Idempotent: after a crash the last few runs are processed again.</summary>
internal sealed class BatchSteps(HistoryEngine engine, WorkflowServiceHandler service)
{
    /// <summary>The context of a step, which has no deadline: the call that started the job has returned.</summary>
    private static readonly CallContext NoCaller = new(DateTime.MaxValue, CancellationToken.None);

    /// <exception cref="Grpc.Core.RpcException">The operation on this run was rejected.</exception>
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
        OperationCase.DeletionOperation => service.DeleteAsync(request.Namespace, execution),
        OperationCase.UpdateWorkflowOptionsOperation => UpdateOptionsAsync(request, execution),
        OperationCase.UnpauseActivitiesOperation => UnpauseActivitiesAsync(request, execution),
        OperationCase.ResetActivitiesOperation => ResetActivitiesAsync(request, execution),
        OperationCase.UpdateActivityOptionsOperation => UpdateActivityOptionsAsync(request, execution),
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

    private Task<UpdateWorkflowExecutionOptionsResponse> UpdateOptionsAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var operation = request.UpdateWorkflowOptionsOperation;
        return service.UpdateWorkflowExecutionOptions(
            new()
            {
                Namespace = request.Namespace,
                WorkflowExecution = execution,
                WorkflowExecutionOptions = operation.WorkflowExecutionOptions,
                UpdateMask = operation.UpdateMask,
                Identity = operation.Identity,
            },
            NoCaller);
    }

    private Task<UnpauseActivityResponse> UnpauseActivitiesAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var operation = request.UnpauseActivitiesOperation;
        var step = new UnpauseActivityRequest
        {
            Namespace = request.Namespace,
            Execution = execution,
            Identity = operation.Identity,
            ResetAttempts = operation.ResetAttempts,
            ResetHeartbeat = operation.ResetHeartbeat,
            Jitter = operation.Jitter,
        };
        if (operation.MatchAll)
        {
            step.UnpauseAll = true;
        }
        else
        {
            step.Type = operation.Type;
        }

        return service.UnpauseActivity(step, NoCaller);
    }

    private Task<ResetActivityResponse> ResetActivitiesAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var operation = request.ResetActivitiesOperation;
        var step = new ResetActivityRequest
        {
            Namespace = request.Namespace,
            Execution = execution,
            Identity = operation.Identity,
            ResetHeartbeat = operation.ResetHeartbeat,
            Jitter = operation.Jitter,
            KeepPaused = operation.KeepPaused,
            RestoreOriginalOptions = operation.RestoreOriginalOptions,
        };
        if (operation.MatchAll)
        {
            step.MatchAll = true;
        }
        else
        {
            step.Type = operation.Type;
        }

        return service.ResetActivity(step, NoCaller);
    }

    private Task<UpdateActivityOptionsResponse> UpdateActivityOptionsAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var operation = request.UpdateActivityOptionsOperation;
        var step = new UpdateActivityOptionsRequest
        {
            Namespace = request.Namespace,
            Execution = execution,
            Identity = operation.Identity,
            ActivityOptions = operation.ActivityOptions,
            UpdateMask = operation.UpdateMask,
            RestoreOriginal = operation.RestoreOriginal,
        };
        if (operation.MatchAll)
        {
            step.MatchAll = true;
        }
        else
        {
            step.Type = operation.Type;
        }

        return service.UpdateActivityOptions(step, NoCaller);
    }

    private async Task ResetAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        var operation = request.ResetOperation;
        var (runId, eventId) = await engine.Find(request.Namespace, execution).ReadAsync(state => BatchResetPoint.Find(state, operation, engine.Clock.UtcNow));
        var reset = new ResetWorkflowExecutionRequest
        {
            Namespace = request.Namespace,
            WorkflowExecution = new() { WorkflowId = execution.WorkflowId, RunId = runId },
            Reason = request.Reason,
            RequestId = Guid.NewGuid().ToString(),
            WorkflowTaskFinishEventId = eventId,
            PostResetOperations = { operation.PostResetOperations },
            Identity = operation.Identity,
        };
        if (operation.Options is { } options)
        {
            reset.ResetReapplyExcludeTypes.Add(options.ResetReapplyExcludeTypes);
        }

#pragma warning disable CS0612 // Deprecated by the API; the CLI still sends them.
        reset.ResetReapplyType = operation.Options?.ResetReapplyType ?? operation.ResetReapplyType;
#pragma warning restore CS0612
        await service.ResetWorkflowExecution(reset, NoCaller);
    }
}
