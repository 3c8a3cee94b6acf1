using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>A command or message that cannot be carried out: the workflow task fails with this cause and nothing of it takes effect.</summary>
internal sealed class CommandException(WorkflowTaskFailedCause cause, string message) : Exception(message)
{
    public WorkflowTaskFailedCause Cause { get; } = cause;

    /// <summary>Gets a value indicating whether no further attempt can help, so that the workflow is terminated.</summary>
    public bool TerminatesWorkflow { get; init; }
}
