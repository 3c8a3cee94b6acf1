using System.Collections.Concurrent;
using Temporalio.Api.Worker.V1;

namespace EmbeddedTemporal.Workers;

/// <summary>The last heartbeat of each worker. In memory only: after a restart, workers send new heartbeats.</summary>
internal sealed class WorkerRegistry
{
    private static readonly TimeSpan ExpiresAfter = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Namespace, string Key), (WorkerHeartbeat Heartbeat, DateTime Time)> workers = new();

    public void Record(string namespaceName, IEnumerable<WorkerHeartbeat> heartbeats)
    {
        foreach (var heartbeat in heartbeats)
        {
            workers[(namespaceName, heartbeat.WorkerInstanceKey)] = (heartbeat, DateTime.UtcNow);
        }
    }

    public IReadOnlyList<WorkerHeartbeat> List(string namespaceName) =>
        [.. workers.Where(worker => worker.Key.Namespace == namespaceName && worker.Value.Time > DateTime.UtcNow - ExpiresAfter)
            .OrderBy(worker => worker.Key.Key, StringComparer.Ordinal)
            .Select(worker => worker.Value.Heartbeat)];

    public WorkerHeartbeat? Find(string namespaceName, string key) =>
        workers.TryGetValue((namespaceName, key), out var worker) ? worker.Heartbeat : null;
}
