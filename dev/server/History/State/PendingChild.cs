using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>A child workflow that is initiated and not closed.</summary>
internal sealed class PendingChild(long initiatedEventId, StartChildWorkflowExecutionInitiatedEventAttributes initiated)
{
    public long InitiatedEventId { get; } = initiatedEventId;

    public StartChildWorkflowExecutionInitiatedEventAttributes Initiated { get; } = initiated;

    /// <summary>Gets or sets a value indicating whether the start is recorded, possibly in a buffered event.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Gets or sets the id of the started event, zero while there is none or it is buffered.</summary>
    public long StartedEventId { get; set; }

    public string RunId { get; set; } = "";
}
