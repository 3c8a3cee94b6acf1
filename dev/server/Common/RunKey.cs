using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Common;

/// <summary>Names a run.</summary>
internal sealed record RunKey(string Namespace, string WorkflowId, string RunId)
{
    /// <summary>Answers an id for a new run. Ids grow with time, so what is written of runs that live at the same time lies together in the store.</summary>
    public static string NewRunId() => Guid.CreateVersion7().ToString();

    public WorkflowExecution Execution => new() { WorkflowId = WorkflowId, RunId = RunId };
}
