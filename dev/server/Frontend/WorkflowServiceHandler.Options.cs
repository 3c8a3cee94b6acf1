using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.Validation;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Options of a running workflow that can be changed: its versioning override and its priority.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<UpdateWorkflowExecutionOptionsResponse> UpdateWorkflowExecutionOptions(UpdateWorkflowExecutionOptionsRequest request, CallContext call)
    {
        RequestValidation.Name(request.WorkflowExecution?.WorkflowId, "WorkflowId");
        WorkflowOptionsUpdate.Validate(request.WorkflowExecutionOptions, request.UpdateMask);
        validation.Namespace(request.Namespace);
        var run = engine.Find(request.Namespace, request.WorkflowExecution);
        var queueName = await run.ReadAsync(state => state.TaskQueue);
        var queue = engine.TaskQueues.Get(request.Namespace, queueName, QueueKind.Workflow);
        var options = await run.ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            return WorkflowOptionsUpdate.Apply(tx, request.WorkflowExecutionOptions, request.UpdateMask, request.Identity, queue);
        });
        return new() { WorkflowExecutionOptions = options };
    }
}
