using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// What can be listed of one run. It is the very message that describing the run answers with, so that the two never disagree:
/// execution, type, status, times, task queue, memo, search attributes, parent, root, and the counters of its history.
/// </summary>
/// <param name="Namespace">Name of the namespace the run lives in.</param>
/// <param name="Info">The run as it stands now. It belongs to the store once it is handed over.</param>
public sealed record VisibilityRecord(string Namespace, WorkflowExecutionInfo Info)
{
    /// <summary>Gets the run's id, which is unique within its namespace.</summary>
    public string RunId => Info.Execution.RunId;
}
