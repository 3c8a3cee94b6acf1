using System.Collections.Concurrent;
using Temporalio.Api.Worker.V1;

namespace EmbeddedTemporal.Workers;

/// <summary>The workers that send heartbeats, with the last of each. Kept in memory: after a restart they report again.</summary>
internal sealed class WorkerRegistry
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Namespace, string Key), (WorkerHeartbeat Heartbeat, DateTime Time)> workers = new();

    public void Record(string namespaceName, IEnumerable<WorkerHeartbeat> heartbeats)
    {
        foreach (var heartbeat in heartbeats)
        {
            workers[(namespaceName, heartbeat.WorkerInstanceKey)] = (heartbeat, DateTime.UtcNow);
        }
    }

    public IReadOnlyList<WorkerHeartbeat> List(string namespaceName) =>
        [.. workers.Where(worker => worker.Key.Namespace == namespaceName && worker.Value.Time > DateTime.UtcNow - Forgotten)
            .OrderBy(worker => worker.Key.Key, StringComparer.Ordinal)
            .Select(worker => worker.Value.Heartbeat)];

    public WorkerHeartbeat? Find(string namespaceName, string key) =>
        workers.TryGetValue((namespaceName, key), out var worker) ? worker.Heartbeat : null;
}
