using EmbeddedTemporal.Common;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Grpc.Core;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>ExecuteMultiOperation, which supports update-with-start only (real server: api/multioperation).</summary>
internal sealed partial class WorkflowServiceHandler
{
    /// <exception cref="RpcException">
    /// Has a status for each operation: the error of the one that failed, and for the other one ABORTED, or OK if it had succeeded before.
    /// </exception>
    public async Task<ExecuteMultiOperationResponse> ExecuteMultiOperation(ExecuteMultiOperationRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        if (request.Operations.Count != 2 || request.Operations[0].StartWorkflow is not { } start || request.Operations[1].UpdateWorkflow is not { } update)
        {
            throw ServiceErrors.InvalidArgument("Operations have to be exactly [Start, Update].");
        }

        RequireValid(request.Namespace, start, update);
        return await new UpdateWithStart(engine, start, update).RunAsync(call);
    }

    private void RequireValid(string namespaceName, StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update)
    {
        var ofStart = ErrorOf(() =>
        {
            RequestValidation.That(start.Namespace.Length == 0 || start.Namespace == namespaceName, "Operation namespace did not match request's namespace.");
            start.Namespace = namespaceName;
            ValidateStart(start);
            RequestValidation.That(start.CronSchedule.Length == 0, "CronSchedule is not allowed.");
            RequestValidation.That(!start.RequestEagerExecution, "RequestEagerExecution is not supported.");
            RequestValidation.That(start.WorkflowStartDelay.Span() == TimeSpan.Zero, "WorkflowStartDelay is not supported.");
        });
        var ofUpdate = ErrorOf(() =>
        {
            RequestValidation.That(update.Namespace.Length == 0 || update.Namespace == namespaceName, "Operation namespace did not match request's namespace.");
            update.Namespace = namespaceName;
            CompleteUpdate(update);
            RequestValidation.That(update.FirstExecutionRunId.Length == 0, "FirstExecutionRunId is not allowed.");
            RequestValidation.That(update.WorkflowExecution.RunId.Length == 0, "RunId is not allowed.");
            RequestValidation.That(
                ofStart is not null || update.WorkflowExecution.WorkflowId == start.WorkflowId, "WorkflowId is not consistent with previous operation(s).");
        });
        if (ofStart is not null || ofUpdate is not null)
        {
            throw MultiOperationErrors.Of(ofStart ?? MultiOperationErrors.Aborted, ofUpdate ?? MultiOperationErrors.Aborted);
        }
    }

    private static RpcException? ErrorOf(Action validate)
    {
        try
        {
            validate();
            return null;
        }
        catch (RpcException error)
        {
            return error;
        }
    }
}
