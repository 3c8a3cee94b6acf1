using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>
/// A calendar in a time zone, which finds the next matching time. Times in an hour that is repeated at the end of daylight saving time match twice; times that
/// are skipped at its beginning never match.
/// </summary>
internal sealed class CompiledCalendar(StructuredCalendarSpec calendar, ZonedClock clock)
{
    private readonly HashSet<int>? years = calendar.Year.Count == 0 ? null : [.. Values(calendar.Year)];
    private readonly ulong months = Bits(calendar.Month);
    private readonly ulong daysOfMonth = Bits(calendar.DayOfMonth);
    private readonly ulong daysOfWeek = Bits(calendar.DayOfWeek);
    private readonly ulong hours = Bits(calendar.Hour);
    private readonly ulong minutes = Bits(calendar.Minute);
    private readonly ulong seconds = Bits(calendar.Second);

    /// <summary>Returns whether an instant matches.</summary>
    public bool Matches(DateTime utc)
    {
        var wall = clock.ToWall(utc);
        return MatchesYear(wall.Year) && Has(months, wall.Month) && Has(daysOfMonth, wall.Day) && Has(daysOfWeek, (int)wall.DayOfWeek)
            && Has(hours, wall.Hour) && Has(minutes, wall.Minute) && Has(seconds, wall.Second);
    }

    /// <summary>Returns the first matching instant after the given one, in whole seconds, or null when there is none up to the last year.</summary>
    public DateTime? Next(DateTime utc)
    {
        var search = new CalendarSearch(clock, utc);
        while (search.Normalize())
        {
            if (!MatchesYear(search.Year))
            {
                search.NextYear();
            }
            else if (SkipTo(months, ref search, s => s.Month, 12, (ref CalendarSearch s) => s.NextMonth())
                && SkipDays(ref search)
                && SkipTo(hours, ref search, s => s.Hour, 23, (ref CalendarSearch s) => s.NextHour())
                && SkipTo(minutes, ref search, s => s.Minute, 59, (ref CalendarSearch s) => s.NextMinute())
                && SkipTo(seconds, ref search, s => s.Second, 59, (ref CalendarSearch s) => s.NextSecond())
                && search.TryFound(out var found))
            {
                return found;
            }
        }
        return null;
    }

    private delegate void Step(ref CalendarSearch search);

    // Advances until the field matches; false when it has overflowed, so that the higher fields have to be matched again.
    private static bool SkipTo(ulong bits, ref CalendarSearch search, Func<CalendarSearch, int> field, int maximum, Step step)
    {
        while (!Has(bits, field(search)))
        {
            step(ref search);
            if (field(search) > maximum)
            {
                return false;
            }
        }
        return true;
    }

    private bool SkipDays(ref CalendarSearch search)
    {
        while (!Has(daysOfMonth, search.Day) || !Has(daysOfWeek, (int)search.DayOfWeek))
        {
            search.NextDay();
            if (search.Day > DateTime.DaysInMonth(search.Year, search.Month))
            {
                return false;
            }
        }
        return true;
    }

    private bool MatchesYear(int year) => years is null || years.Contains(year);

    private static bool Has(ulong bits, int value) => (bits >> value & 1) == 1;

    private static ulong Bits(IEnumerable<Range> ranges) => Values(ranges).Aggregate(0UL, (bits, value) => bits | 1UL << value);

    private static IEnumerable<int> Values(IEnumerable<Range> ranges)
    {
        foreach (var range in ranges)
        {
            for (long value = range.Start; value <= Math.Max(range.Start, range.End); value += Math.Max(range.Step, 1))
            {
                yield return (int)value;
            }
        }
    }
}
