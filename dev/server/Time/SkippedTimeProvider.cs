namespace EmbeddedTemporal.Time;

/// <summary>Tells the time of a <see cref="VirtualClock"/>; its timers run in real time.</summary>
internal sealed class SkippedTimeProvider(VirtualClock clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(clock.UtcNow, TimeSpan.Zero);
}
