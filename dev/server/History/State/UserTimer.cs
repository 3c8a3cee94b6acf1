namespace EmbeddedTemporal.History.State;

/// <summary>A pending timer of a workflow.</summary>
internal sealed record UserTimer(string TimerId, long StartedEventId, DateTime Due);
