namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>A schedule spec that says nothing the scheduler can follow.</summary>
public sealed class ScheduleSpecException(string message) : Exception(message);
