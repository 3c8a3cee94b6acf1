using System.Buffers.Binary;
using System.Text;
using EmbeddedTemporal.Time;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>A time of a schedule.</summary>
/// <param name="Nominal">The matching time of the spec.</param>
/// <param name="Actual">The nominal time plus jitter, when the action is due.</param>
public readonly record struct ScheduleTime(DateTime Nominal, DateTime Actual);

/// <summary>A compiled schedule spec, which computes matching times. The results depend only on the spec, the jitter seed and the arguments.</summary>
public sealed class CompiledSpec
{
    // The maximum number of consecutive excluded times, which bounds the search: more than two days of seconds.
    private const int MostExclusions = 200_000;

    private readonly List<CompiledCalendar> calendars;
    private readonly List<CompiledCalendar> exclusions;
    private readonly byte[] jitterSeed;
    private readonly DateTime earliest;
    private readonly DateTime latest;
    private readonly TimeSpan jitter;

    /// <summary>Initializes a compiled spec.</summary>
    /// <param name="spec">The spec in any form.</param>
    /// <param name="jitterSeed">The seed of the jitter, different for each schedule.</param>
    /// <exception cref="ScheduleSpecException">The spec is malformed.</exception>
    public CompiledSpec(ScheduleSpec spec, string jitterSeed = "")
    {
        Canonical = CanonicalSpec.Of(spec);
        this.jitterSeed = Encoding.UTF8.GetBytes(jitterSeed);
        if (!Canonical.TimezoneData.IsEmpty)
        {
            throw new ScheduleSpecException("time zone data is not supported by this server: name the time zone");
        }
        var clock = ZonedClock.Find(Canonical.TimezoneName);
        calendars = [.. Canonical.StructuredCalendar.Select(calendar => new CompiledCalendar(calendar, clock))];
        exclusions = [.. Canonical.ExcludeStructuredCalendar.Select(calendar => new CompiledCalendar(calendar, clock))];
        try
        {
            earliest = Canonical.StartTime?.Time() ?? DateTime.UnixEpoch;
            latest = Canonical.EndTime?.Time() ?? DateTime.MaxValue;
            jitter = Canonical.Jitter.Span();
        }
        catch (Exception invalid) when (invalid is InvalidOperationException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new ScheduleSpecException(invalid.Message);
        }
    }

    /// <summary>Gets the spec in canonical form.</summary>
    public ScheduleSpec Canonical { get; }

    /// <summary>Returns the first time after the given one, or null when there is none.</summary>
    public ScheduleTime? Next(DateTime after)
    {
        // One second before the start time, so that the start time itself can match.
        after = after - earliest > TimeSpan.FromSeconds(-1) ? after : earliest.AddSeconds(-1);
        for (var tries = 0; tries < MostExclusions && after.Year <= CalendarField.LastYear; tries++)
        {
            if (NextNominal(after) is not { } nominal || nominal > latest || nominal.Year > CalendarField.LastYear)
            {
                return null;
            }
            if (!exclusions.Exists(exclusion => exclusion.Matches(nominal)))
            {
                return new ScheduleTime(nominal, nominal + JitterAt(nominal));
            }
            after = nominal;
        }
        return null;
    }

    /// <summary>Returns the times after one instant up to and including another, at most <paramref name="most"/>.</summary>
    public IEnumerable<ScheduleTime> Between(DateTime after, DateTime until, int most)
    {
        for (var next = Next(after); most-- > 0 && next is { } time && time.Actual <= until; next = Next(time.Actual))
        {
            yield return time;
        }
    }

    private DateTime? NextNominal(DateTime after)
    {
        DateTime? next = null;
        foreach (var calendar in calendars)
        {
            next = Earlier(next, calendar.Next(after));
        }
        var seconds = (long)Math.Floor((after - DateTime.UnixEpoch).TotalSeconds);
        foreach (var interval in Canonical.Interval)
        {
            next = Earlier(next, NextOf(interval, seconds));
        }
        return next;
    }

    private static DateTime? Earlier(DateTime? first, DateTime? second) =>
        first is null || (second is not null && second < first) ? second : first;

    // Intervals are aligned to the Unix epoch, so that a restart or an update does not shift them.
    private static DateTime? NextOf(IntervalSpec interval, long after)
    {
        var length = Math.Max(interval.Interval.Seconds, 1);
        var phase = Math.Max(interval.Phase?.Seconds ?? 0, 0);
        var next = ((((after - phase) / length) + 1) * length) + phase;
        return next < DateTime.MaxValue.Subtract(DateTime.UnixEpoch).TotalSeconds ? DateTime.UnixEpoch.AddSeconds(next) : null;
    }

    // Jitter never moves an action past the next nominal time.
    private TimeSpan JitterAt(DateTime nominal)
    {
        var most = NextNominal(nominal) is { } following && following - nominal < jitter ? following - nominal : jitter;
        var milliseconds = (ulong)Math.Clamp(Math.Floor(most.TotalMilliseconds), 0, uint.MaxValue);
        return TimeSpan.FromMilliseconds((long)((FarmHash.Fingerprint32(Seeded(nominal)) * milliseconds) >> 32));
    }

    // The bytes of a UTC time in Go's binary form (version, seconds since year 1, nanoseconds, "UTC"), followed by the seed. The real
    // server hashes the same bytes, so a schedule has the same jitter on both.
    private byte[] Seeded(DateTime nominal)
    {
        var bytes = new byte[15 + jitterSeed.Length];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), nominal.Ticks / TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(13), -1);
        jitterSeed.CopyTo(bytes, 15);
        return bytes;
    }
}
