using EmbeddedTemporal.Common;
using Temporalio.Api.Deployment.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>A polling worker.</summary>
/// <param name="WorkerKey">The worker instance key, empty if the worker sends none.</param>
/// <param name="Options">The deployment options in the poll request, or null.</param>
internal sealed record Poller(string Identity, string WorkerKey = "", WorkerDeploymentOptions? Options = null)
{
    /// <summary>Gets the worker's version, null for an unversioned worker.</summary>
    public WorkerVersion? Version { get; } = WorkerVersion.Of(Options);
}
