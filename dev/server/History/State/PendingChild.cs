using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>A child workflow that was initiated and has not closed.</summary>
internal sealed class PendingChild(long initiatedEventId, StartChildWorkflowExecutionInitiatedEventAttributes initiated)
{
    public long InitiatedEventId { get; } = initiatedEventId;

    public StartChildWorkflowExecutionInitiatedEventAttributes Initiated { get; } = initiated;

    /// <summary>Gets or sets a value indicating whether the start was recorded, perhaps still in a buffered event.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Gets or sets the event that says it started; zero until that event has its id.</summary>
    public long StartedEventId { get; set; }

    public string RunId { get; set; } = "";
}
