namespace EmbeddedTemporal.Matching;

/// <summary>One rate as a ready time that moves on with each task, a second's worth of them at once at most (GCRA; real server: matcher_data.go simpleLimiter).</summary>
internal sealed class RateLimiter(double perSecond)
{
    private const long Never = long.MaxValue;

    private readonly long interval = perSecond > 0 ? (long)Math.Min(TimeSpan.TicksPerSecond / perSecond, TimeSpan.TicksPerDay * 365.0) : Never;
    private long ready;

    public double PerSecond { get; } = perSecond;

    /// <summary>Answers from when on the next task may go, in ticks; null where it never may.</summary>
    public long? ReadyAt => interval == Never ? null : ready;

    /// <summary>Takes a task's share, or gives it back.</summary>
    /// <param name="weight">How many times the rate holds for this task.</param>
    public void Consume(long now, int tasks, float weight = 1)
    {
        if (interval != Never)
        {
            ready = Math.Max(now, ready + TimeSpan.TicksPerSecond) - TimeSpan.TicksPerSecond + (long)(tasks * (interval / weight));
        }
    }
}
