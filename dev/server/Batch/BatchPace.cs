using EmbeddedTemporal.Time;

namespace EmbeddedTemporal.Batch;

/// <summary>
/// How fast one batch job goes over its runs: the first ones at once, then some a second (real server: worker.batcherRPS, a bucket as
/// large as its rate; what a request says of its own rate is not read there, and not here).
/// </summary>
internal sealed class BatchPace(VirtualClock clock)
{
    private const int RunsPerSecond = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1) / RunsPerSecond;

    private DateTime full = DateTime.MinValue;

    /// <summary>Completes when the next run may be taken.</summary>
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
