using System.Globalization;

namespace OrderOrchestration.Workflows;

/// <summary>
/// A day of business: 00:00 to 24:00 Asia/Seoul, wherever a program runs. Korea keeps one offset all year, so it is a number here and no
/// look-up in the zone data of a host: what a workflow computes today it computes on every machine and at every replay.
/// </summary>
public static class BusinessDay
{
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    /// <summary>The day that a moment belongs to.</summary>
    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Seoul).DateTime);

    /// <summary>The first moment that is no longer of the day.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), Seoul);

    /// <summary>
    /// The last second (23:59:59+09:00) of the business day that is <paramref name="days"/> business days after a moment: Monday to Friday, holidays
    /// left out (전자상거래법 §18(2)).
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

    /// <summary>A day as it is written everywhere: <c>2026-01-15</c>.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
