using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>Names a run.</summary>
internal sealed record RunKey(string Namespace, string WorkflowId, string RunId)
{
    public WorkflowExecution Execution => new() { WorkflowId = WorkflowId, RunId = RunId };
}
