using Google.Protobuf.WellKnownTypes;

namespace EmbeddedTemporal.Time;

/// <summary>Between protobuf's times and .NET's.</summary>
internal static class TimeConversions
{
    /// <summary>The longest span that is told from "for ever".</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 1000);

    /// <summary>Answers the span; zero for none.</summary>
    public static TimeSpan Span(this Duration? duration) => duration switch
    {
        null => TimeSpan.Zero,
        { Seconds: var seconds } when seconds > (long)Longest.TotalSeconds => Longest,
        { Seconds: var seconds } when seconds < -(long)Longest.TotalSeconds => -Longest,
        _ => duration.ToTimeSpan(),
    };

    public static Duration ToProto(this TimeSpan span) => Duration.FromTimeSpan(span);

    public static Timestamp ToProto(this DateTime time) => Timestamp.FromDateTime(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    /// <summary>Adds, and stops at the end of time.</summary>
    public static DateTime SaturatingAdd(this DateTime time, TimeSpan span) =>
        span > DateTime.MaxValue - time ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : time + span;
}
