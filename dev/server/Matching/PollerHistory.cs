using EmbeddedTemporal.Time;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>Who has polled a queue, with the time of the last poll. Not thread-safe.</summary>
internal sealed class PollerHistory
{
    /// <summary>What is told as a poller's rate where no limit is set.</summary>
    public const double UnlimitedRate = 100_000;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (Poller Poller, DateTime Time)> pollers = [];

    public void Note(Poller poller, DateTime now) => pollers[poller.Identity] = (poller, now);

    public void Clear() => pollers.Clear();

    /// <summary>A worker has said that it goes.</summary>
    public void Forget(string workerKey)
    {
        foreach (var gone in pollers.Where(poller => poller.Value.Poller.WorkerKey == workerKey).Select(poller => poller.Key).ToList())
        {
            pollers.Remove(gone);
        }
    }

    /// <summary>Answers who polled in the last five minutes.</summary>
    public IReadOnlyList<PollerInfo> Recent()
    {
        var since = DateTime.UtcNow - Kept;
        return [.. pollers.Values.Where(known => known.Time > since).Select(known => new PollerInfo
        {
            Identity = known.Poller.Identity,
            LastAccessTime = known.Time.ToProto(),
            RatePerSecond = UnlimitedRate,
            DeploymentOptions = known.Poller.Options,
        })];
    }
}
