using EmbeddedTemporal.Common;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Operations on runs: pause, unpause, reset, delete.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<PauseWorkflowExecutionResponse> PauseWorkflowExecution(PauseWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        NotTooLong(request.Reason, request.RequestId, request.Identity);
        await engine.Find(request.Namespace, new() { WorkflowId = request.WorkflowId, RunId = request.RunId }).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            tx.Pause(request.Identity, request.Reason, request.RequestId);
        });
        return new();
    }

    public async Task<UnpauseWorkflowExecutionResponse> UnpauseWorkflowExecution(UnpauseWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        NotTooLong(request.Reason, request.RequestId, request.Identity);
        await engine.Find(request.Namespace, new() { WorkflowId = request.WorkflowId, RunId = request.RunId }).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            tx.Unpause(request.Identity, request.Reason, request.RequestId);
        });
        return new();
    }

    public async Task<ResetWorkflowExecutionResponse> ResetWorkflowExecution(ResetWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.RequestId, "RequestId");
        RequestValidation.Execution(request.WorkflowExecution);
        if (request.PostResetOperations.FirstOrDefault(operation => operation.UpdateWorkflowOptions is null) is { } operation)
        {
            throw ServiceErrors.InvalidArgument($"unsupported post reset operation: {operation.VariantCase}");
        }

        return new() { RunId = await new ResetHandler(engine).ResetAsync(request) };
    }

    /// <summary>Deletes a run; a running one is terminated first.</summary>
    public async Task<DeleteWorkflowExecutionResponse> DeleteWorkflowExecution(DeleteWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Execution(request.WorkflowExecution);
        await DeleteAsync(request.Namespace, request.WorkflowExecution);
        return new();
    }

    /// <summary>Deletes the closed runs and batch jobs that are past their namespace's retention.</summary>
    public async Task RemoveExpiredAsync(DateTime now)
    {
        foreach (var record in namespaces.All)
        {
            var query = $"ExecutionStatus != 'Running' AND CloseTime < '{now - record.Retention:yyyy-MM-ddTHH:mm:ssZ}'";
            var expired = visibility.List(new(record.Name, query, LargestPage, Google.Protobuf.ByteString.Empty));
            foreach (var info in expired.Executions)
            {
                await DeleteAsync(record.Name, info.Execution);
            }

            await batch.RemoveExpiredAsync(record.Name, now - record.Retention);
        }
    }

    /// <summary>Deletes a run, for a call or for a batch operation.</summary>
    public async Task DeleteAsync(string namespaceName, WorkflowExecution? execution)
    {
        var run = engine.Find(namespaceName, execution);
        await run.ExecuteAsync(tx =>
        {
            if (tx.State.IsRunning)
            {
                tx.Terminate("Delete workflow execution", null, "history-service");
            }
        });
        await run.DeleteAsync();
        visibility.Delete(namespaceName, run.Key.RunId);
    }

    private static void NotTooLong(string reason, string requestId, string identity)
    {
        RequestValidation.That(RequestValidation.IsShort(reason), "reason is too long.");
        RequestValidation.That(RequestValidation.IsShort(requestId), "request id is too long.");
        RequestValidation.That(RequestValidation.IsShort(identity), "identity is too long.");
    }
}
