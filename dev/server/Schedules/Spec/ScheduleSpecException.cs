namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>An invalid schedule spec.</summary>
public sealed class ScheduleSpecException(string message) : Exception(message);
