using EmbeddedTemporal.Common;
using Temporalio.Api.Deployment.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>Who polls.</summary>
/// <param name="WorkerKey">The worker's instance, empty where it does not say.</param>
/// <param name="Options">The deployment that the worker says it belongs to, null where it does not say.</param>
internal sealed record Poller(string Identity, string WorkerKey = "", WorkerDeploymentOptions? Options = null)
{
    /// <summary>Gets the worker's version, null where it does not take part in versioning.</summary>
    public WorkerVersion? Version { get; } = WorkerVersion.Of(Options);
}
