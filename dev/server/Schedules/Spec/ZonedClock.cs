namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>
/// The wall clock of a time zone. For a wall time that occurs twice or never, the results are those of Go's time library, because the real server's
/// search for matching times depends on them.
/// </summary>
internal sealed class ZonedClock(TimeZoneInfo zone)
{
    /// <summary>Finds a time zone by its IANA name; the empty name is UTC.</summary>
    /// <exception cref="ScheduleSpecException">The time zone is unknown.</exception>
    public static ZonedClock Find(string name)
    {
        if (name.Length == 0)
        {
            return new ZonedClock(TimeZoneInfo.Utc);
        }
        try
        {
            return new ZonedClock(TimeZoneInfo.FindSystemTimeZoneById(name));
        }
        catch (Exception missing) when (missing is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new ScheduleSpecException($"unknown time zone {name}");
        }
    }

    /// <summary>Returns the wall time of an instant; the kind of the values is not significant.</summary>
    public DateTime ToWall(DateTime utc) => utc + Offset(utc);

    /// <summary>
    /// Returns the instant of a wall time. For a skipped wall time, the instant has another wall clock hour; for a wall time that occurs twice, it
    /// is the one with the offset before or after the change, depending on the first guess.
    /// </summary>
    public DateTime ToUtc(DateTime wall)
    {
        // First guess: the offset as if the wall time were UTC; then the offset at the resulting instant.
        var offset = Offset(wall);
        return offset == TimeSpan.Zero ? wall : wall - Offset(wall - offset);
    }

    private TimeSpan Offset(DateTime utc) => zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
