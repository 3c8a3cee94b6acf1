using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>An update that a workflow accepted.</summary>
internal sealed class WorkflowUpdateState(string updateId, long acceptedEventId)
{
    public string UpdateId { get; } = updateId;

    public long AcceptedEventId { get; } = acceptedEventId;

    /// <summary>Gets or sets what it ended in; null while it runs.</summary>
    public Outcome? Outcome { get; set; }
}
