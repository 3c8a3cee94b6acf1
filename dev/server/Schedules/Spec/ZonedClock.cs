namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>
/// The wall clock of a time zone. Where a wall time occurs twice or never, the answers are those of the real server's library, because
/// its search for matching times is built on them.
/// </summary>
internal sealed class ZonedClock(TimeZoneInfo zone)
{
    /// <summary>Finds a zone by its IANA name; the empty name is UTC.</summary>
    /// <exception cref="ScheduleSpecException">There is none of that name.</exception>
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

    /// <summary>Answers the wall time of an instant, both without a kind of their own.</summary>
    public DateTime ToWall(DateTime utc) => utc + Offset(utc);

    /// <summary>
    /// Answers an instant of a wall time. For one that is skipped the answer shows another hour on the wall; for one that occurs twice it
    /// is the one that the offset before the change leads to, or the one after, whichever the first guess hits.
    /// </summary>
    public DateTime ToUtc(DateTime wall)
    {
        // The offset is looked up as if the wall time were UTC, and again with what that gives.
        var offset = Offset(wall);
        return offset == TimeSpan.Zero ? wall : wall - Offset(wall - offset);
    }

    private TimeSpan Offset(DateTime utc) => zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
