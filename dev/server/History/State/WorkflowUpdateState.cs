using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>An accepted update.</summary>
internal sealed class WorkflowUpdateState(string updateId, long acceptedEventId)
{
    public string UpdateId { get; } = updateId;

    public long AcceptedEventId { get; } = acceptedEventId;

    /// <summary>Gets or sets the outcome; null until the update is completed.</summary>
    public Outcome? Outcome { get; set; }
}
