using System.Globalization;

namespace OrderOrchestration.Workflows.Settlement;

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

    /// <summary>A day as it is written everywhere: <c>2026-01-15</c>.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
