using System.Globalization;

namespace OrderOrchestration.Api.Validation;

/// <summary>Days and times in requests, limited to the years 2000 to 2099, so that adding a policy's duration to a time does not overflow.</summary>
internal static class RequestTimes
{
    public const string DayError = "a day from 2000-01-01 to 2099-12-31, as 2026-01-15";
    public const string TimeError = "a time from 2000 to 2099 as in ISO 8601, with offset";

    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    public static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && IsSensible(day.Year) ? day : null;

    /// <summary>Parses a time of a query. A time without offset is UTC.</summary>
    public static DateTimeOffset? Time(string text)
    {
        // A plus sign in a query is decoded as a space: "…T00:00:00+09:00" arrives as "…T00:00:00 09:00".
        var read = DateTimeOffset.TryParseExact(
            text.Replace(' ', '+'), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        return read && IsSensible(time) ? time : null;
    }

    public static bool IsSensible(DateTimeOffset time) => IsSensible(time.UtcDateTime.Year);

    private static bool IsSensible(int year) => year is >= 2000 and < 2100;
}
