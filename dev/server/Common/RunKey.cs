using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Common;

/// <summary>Identifies a workflow run.</summary>
internal sealed record RunKey(string Namespace, string WorkflowId, string RunId)
{
    /// <summary>Returns a new run id. Ids are ordered by time, so that rows of runs from the same time are adjacent in the store.</summary>
    public static string NewRunId() => Guid.CreateVersion7().ToString();

    public WorkflowExecution Execution => new() { WorkflowId = WorkflowId, RunId = RunId };
}
