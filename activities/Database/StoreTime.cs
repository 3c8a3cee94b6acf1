namespace OrderOrchestration.Activities.Database;

/// <summary>Times as they are stored: microseconds since 1970, the same number on both databases.</summary>
internal static class StoreTime
{
    public static long ToStore(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromStore(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
