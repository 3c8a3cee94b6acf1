using EmbeddedTemporal.Time;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>Converts a spec to the canonical form that is persisted: structured calendars and intervals only.</summary>
internal static class CanonicalSpec
{
    private const int LongestComment = 200;

    /// <summary>Returns a spec in canonical form. Idempotent.</summary>
    /// <exception cref="ScheduleSpecException">The spec is malformed, out of range, or has conflicting time zones.</exception>
    public static ScheduleSpec Of(ScheduleSpec given)
    {
        var spec = given.Clone();
        spec.StructuredCalendar.AddRange(spec.Calendar.Select(CalendarText.ToStructured));
        spec.Calendar.Clear();
#pragma warning disable CS0612 // Deprecated by the API; older clients still send it, and the real server accepts it.
        spec.ExcludeStructuredCalendar.AddRange(spec.ExcludeCalendar.Select(CalendarText.ToStructured));
        spec.ExcludeCalendar.Clear();
#pragma warning restore CS0612
        ReadCronStrings(spec);
        foreach (var calendar in spec.StructuredCalendar.Concat(spec.ExcludeStructuredCalendar))
        {
            Validate(calendar);
        }
        foreach (var interval in spec.Interval)
        {
            Validate(interval);
        }
        return spec;
    }

    /// <summary>Fills in the default ends and steps of canonical ranges, as in descriptions.</summary>
    public static ScheduleSpec Completed(ScheduleSpec canonical)
    {
        var spec = canonical.Clone();
        foreach (var calendar in spec.StructuredCalendar.Concat(spec.ExcludeStructuredCalendar))
        {
            foreach (var range in Fields(calendar).SelectMany(field => field.Ranges))
            {
                range.End = Math.Max(range.Start, range.End);
                range.Step = range.Step == 0 ? 1 : range.Step;
            }
        }
        return spec;
    }

    private static void ReadCronStrings(ScheduleSpec spec)
    {
        var crons = spec.CronString.Select(CronText.Parse).ToList();
        spec.CronString.Clear();
        foreach (var cron in crons)
        {
            if (cron.Calendar is not null)
            {
                spec.StructuredCalendar.Add(cron.Calendar);
            }
            if (cron.Interval is not null)
            {
                spec.Interval.Add(cron.Interval);
            }
        }
        // All cron strings must have the same time zone, or none, and it must not conflict with the spec's own.
        var zones = crons.Select(cron => cron.TimeZone).Distinct(StringComparer.Ordinal).ToList();
        if (zones.Count > 1)
        {
            throw new ScheduleSpecException("conflicting timezone names");
        }
        if (zones is [{ Length: > 0 } zone])
        {
            if ((spec.TimezoneName.Length > 0 && spec.TimezoneName != zone) || !spec.TimezoneData.IsEmpty)
            {
                throw new ScheduleSpecException("conflicting timezone names");
            }
            spec.TimezoneName = zone;
        }
    }

    private static IEnumerable<(RepeatedField<Range> Ranges, string Name, int Minimum, int Maximum)> Fields(StructuredCalendarSpec calendar) =>
    [
        (calendar.Second, "Second", 0, 59),
        (calendar.Minute, "Minute", 0, 59),
        (calendar.Hour, "Hour", 0, 23),
        (calendar.DayOfMonth, "DayOfMonth", 1, 31),
        (calendar.Month, "Month", 1, 12),
        (calendar.Year, "Year", CalendarField.FirstYear, CalendarField.LastYear),
        (calendar.DayOfWeek, "DayOfWeek", 0, 6),
    ];

    private static void Validate(StructuredCalendarSpec calendar)
    {
        List<string> problems = [];
        foreach (var (ranges, name, minimum, maximum) in Fields(calendar))
        {
            foreach (var range in ranges)
            {
                if (range.Start < minimum || range.Start > maximum)
                {
                    problems.Add($"{name} Start is not in range [{minimum}-{maximum}]");
                }
                if (range.End != 0 && (range.End < range.Start || range.End > maximum))
                {
                    problems.Add($"{name} End is before Start or not in range [{minimum}-{maximum}]");
                }
                if (range.Step < 0)
                {
                    problems.Add($"{name} has invalid Step");
                }
            }
        }
        if (calendar.Comment.Length > LongestComment)
        {
            problems.Add("comment is too long");
        }
        if (problems.Count > 0)
        {
            throw new ScheduleSpecException("invalid calendar spec: " + string.Join(", ", problems));
        }
    }

    private static void Validate(IntervalSpec interval)
    {
        var length = ToTimeSpan(interval.Interval, "interval");
        var phase = ToTimeSpan(interval.Phase, "phase");
        if (length < TimeSpan.FromSeconds(1))
        {
            throw new ScheduleSpecException("interval is too small");
        }
        if (phase < TimeSpan.Zero)
        {
            throw new ScheduleSpecException("phase is negative");
        }
        if (phase >= length)
        {
            throw new ScheduleSpecException("phase cannot be greater than Interval");
        }
    }

    private static TimeSpan ToTimeSpan(Duration? duration, string name)
    {
        try
        {
            return duration.Span();
        }
        catch (Exception invalid) when (invalid is InvalidOperationException or OverflowException)
        {
            throw new ScheduleSpecException($"{name} is not a valid duration: {invalid.Message}");
        }
    }
}
