using EmbeddedTemporal.Time;

namespace EmbeddedTemporal.Batch;

/// <summary>
/// Rate limit of one batch job: a token bucket whose burst equals its rate per second (real server: worker.batcherRPS; the rate in a request is ignored
/// there too).
/// </summary>
internal sealed class BatchRateLimiter(VirtualClock clock)
{
    private const int RunsPerSecond = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1) / RunsPerSecond;

    private DateTime full = DateTime.MinValue;

    /// <summary>Completes when the next run may be processed.</summary>
    public async Task WaitAsync()
    {
        var now = clock.UtcNow;
        full = (full > now ? full : now) + Interval;
        var due = full - TimeSpan.FromSeconds(1);
        if (due > now)
        {
            await clock.WaitUntilAsync(due);
        }
    }
}
