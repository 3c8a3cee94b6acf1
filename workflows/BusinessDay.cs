using System.Globalization;

namespace OrderOrchestration.Workflows;

/// <summary>
/// A business day: 00:00 to 24:00 Asia/Seoul, independent of the host's time zone. Korea has one UTC offset all year, so the offset is a constant and
/// not a look-up in the host's time zone data: a workflow computes the same value on every machine and at every replay.
/// </summary>
public static class BusinessDay
{
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    /// <summary>The Seoul day that a point in time belongs to.</summary>
    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Seoul).DateTime);

    /// <summary>The exclusive end of the day: 00:00 of the next day.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), Seoul);

    /// <summary>
    /// The last second (23:59:59+09:00) of the business day that is <paramref name="days"/> business days after a point in time: Monday to Friday,
    /// excluding holidays (전자상거래법 §18(2)).
    /// </summary>
    public static DateTimeOffset EndOfBusinessDay(DateTimeOffset moment, int days, IReadOnlyList<DateOnly> holidays)
    {
        var day = Of(moment);
        for (var counted = 0; counted < days;)
        {
            day = day.AddDays(1);
            counted += day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || holidays.Contains(day) ? 0 : 1;
        }

        return EndOf(day).AddSeconds(-1);
    }

    /// <summary>A day in the format that is used everywhere: <c>2026-01-15</c>.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
