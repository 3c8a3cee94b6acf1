using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>An invalid command or message: the workflow task fails with this cause, and none of its commands takes effect.</summary>
internal sealed class CommandException(WorkflowTaskFailedCause cause, string message) : Exception(message)
{
    public WorkflowTaskFailedCause Cause { get; } = cause;

    /// <summary>Gets a value indicating whether a retry of the task is pointless, so that the workflow is terminated.</summary>
    public bool TerminatesWorkflow { get; init; }
}
