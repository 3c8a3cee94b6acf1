using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// The visibility record of one run. It is the same message as in DescribeWorkflowExecution, so that the two are consistent:
/// execution, type, status, times, task queue, memo, search attributes, parent, root, and history counters.
/// </summary>
/// <param name="Namespace">The namespace name.</param>
/// <param name="Info">The current information of the run. The store takes ownership of it.</param>
public sealed record VisibilityRecord(string Namespace, WorkflowExecutionInfo Info)
{
    /// <summary>Gets the run id, which is unique within its namespace.</summary>
    public string RunId => Info.Execution.RunId;
}
