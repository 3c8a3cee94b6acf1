using Google.Protobuf.WellKnownTypes;

namespace EmbeddedTemporal.Time;

/// <summary>Between protobuf's times and .NET's.</summary>
internal static class TimeConversions
{
    /// <summary>The longest span that is told from "for ever".</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 1000);

    private static readonly DateTime Earliest = new(2, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly DateTime Latest = new(9999, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Answers the span; zero for none.</summary>
    public static TimeSpan Span(this Duration? duration) => duration switch
    {
        null => TimeSpan.Zero,
        { Seconds: var seconds } when seconds > (long)Longest.TotalSeconds => Longest,
        { Seconds: var seconds } when seconds < -(long)Longest.TotalSeconds => -Longest,
        { Seconds: var seconds, Nanos: var nanos } => new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (nanos / TimeSpan.NanosecondsPerTick)),
    };

    /// <summary>Answers the time; one that no calendar has becomes the nearest that it has.</summary>
    public static DateTime Time(this Timestamp time)
    {
        var seconds = Math.Clamp(time.Seconds, (long)(Earliest - DateTime.UnixEpoch).TotalSeconds, (long)(Latest - DateTime.UnixEpoch).TotalSeconds);
        return DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(time.Nanos / TimeSpan.NanosecondsPerTick);
    }

    public static Duration ToProto(this TimeSpan span) => Duration.FromTimeSpan(span);

    public static Timestamp ToProto(this DateTime time) => Timestamp.FromDateTime(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    /// <summary>Adds, and stops at the end of time.</summary>
    public static DateTime SaturatingAdd(this DateTime time, TimeSpan span) =>
        span > DateTime.MaxValue - time ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : time + span;
}
