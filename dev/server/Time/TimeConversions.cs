using Google.Protobuf.WellKnownTypes;

namespace EmbeddedTemporal.Time;

/// <summary>Conversions between the time types of protobuf and .NET.</summary>
internal static class TimeConversions
{
    /// <summary>The longest span; longer durations are truncated to it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 1000);

    private static readonly DateTime Earliest = new(2, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly DateTime Latest = new(9999, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Returns the time span; zero for null.</summary>
    public static TimeSpan Span(this Duration? duration) => duration switch
    {
        null => TimeSpan.Zero,
        { Seconds: var seconds } when seconds > (long)Longest.TotalSeconds => Longest,
        { Seconds: var seconds } when seconds < -(long)Longest.TotalSeconds => -Longest,
        { Seconds: var seconds, Nanos: var nanos } => new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (nanos / TimeSpan.NanosecondsPerTick)),
    };

    /// <summary>Returns the time, clamped to the range that DateTime supports.</summary>
    public static DateTime Time(this Timestamp time)
    {
        var seconds = Math.Clamp(time.Seconds, (long)(Earliest - DateTime.UnixEpoch).TotalSeconds, (long)(Latest - DateTime.UnixEpoch).TotalSeconds);
        return DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(time.Nanos / TimeSpan.NanosecondsPerTick);
    }

    public static Duration ToProto(this TimeSpan span) => Duration.FromTimeSpan(span);

    public static Timestamp ToProto(this DateTime time) => Timestamp.FromDateTime(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    /// <summary>Adds a span, saturating at the maximum DateTime.</summary>
    public static DateTime SaturatingAdd(this DateTime time, TimeSpan span) =>
        span > DateTime.MaxValue - time ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : time + span;
}
