using EmbeddedTemporal.Time;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>The recent pollers of a queue, with the time of their last poll. Not thread-safe.</summary>
internal sealed class PollerHistory
{
    /// <summary>The rate that is reported for a poller without a rate limit.</summary>
    public const double UnlimitedRate = 100_000;

    private static readonly TimeSpan RecentSpan = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (Poller Poller, DateTime Time)> pollers = [];

    public void Note(Poller poller, DateTime now) => pollers[poller.Identity] = (poller, now);

    public void Clear() => pollers.Clear();

    /// <summary>Removes a worker that is shutting down.</summary>
    public void Forget(string workerKey)
    {
        foreach (var gone in pollers.Where(poller => poller.Value.Poller.WorkerKey == workerKey).Select(poller => poller.Key).ToList())
        {
            pollers.Remove(gone);
        }
    }

    /// <summary>Returns the pollers of the last five minutes.</summary>
    public IReadOnlyList<PollerInfo> Recent()
    {
        var since = DateTime.UtcNow - RecentSpan;
        return [.. pollers.Values.Where(known => known.Time > since).Select(known => new PollerInfo
        {
            Identity = known.Poller.Identity,
            LastAccessTime = known.Time.ToProto(),
            RatePerSecond = UnlimitedRate,
            DeploymentOptions = known.Poller.Options,
        })];
    }
}
