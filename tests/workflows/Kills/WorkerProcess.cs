using OrderOrchestration.Worker;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>The worker program as it is deployed: a process of its own, which can die at any moment.</summary>
internal static class WorkerProcess
{
    public static ChildProcess Start(IReadOnlyDictionary<string, string?> settings) => ChildProcess.Start(
        typeof(OrderWorker).Assembly.Location,
        settings.Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)));
}
