namespace EmbeddedTemporal.History.State;

/// <summary>A timer that a workflow started.</summary>
internal sealed record UserTimer(string TimerId, long StartedEventId, DateTime Due);
