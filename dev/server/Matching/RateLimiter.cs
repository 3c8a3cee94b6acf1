namespace EmbeddedTemporal.Matching;

/// <summary>A rate limiter with a burst of one second (GCRA: each task advances the ready time; real server: matcher_data.go simpleLimiter).</summary>
internal sealed class RateLimiter(double perSecond)
{
    private const long Never = long.MaxValue;

    private readonly long interval = perSecond > 0 ? (long)Math.Min(TimeSpan.TicksPerSecond / perSecond, TimeSpan.TicksPerDay * 365.0) : Never;
    private long ready;

    public double PerSecond { get; } = perSecond;

    /// <summary>Gets the time in ticks from which the next task is allowed; null if the rate is zero.</summary>
    public long? ReadyAt => interval == Never ? null : ready;

    /// <summary>Consumes tokens for tasks, or returns them if the number of tasks is negative.</summary>
    /// <param name="weight">The factor by which the rate is multiplied for these tasks.</param>
    public void Consume(long now, int tasks, float weight = 1)
    {
        if (interval != Never)
        {
            ready = Math.Max(now, ready + TimeSpan.TicksPerSecond) - TimeSpan.TicksPerSecond + (long)(tasks * (interval / weight));
        }
    }
}
