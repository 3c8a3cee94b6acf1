namespace EmbeddedTemporal.Common;

/// <summary>Limits of worker deployments and the intervals of the drainage check; the defaults are the real server's (common/dynamicconfig/constants.go).</summary>
public sealed record DeploymentLimits
{
    /// <summary>Gets how many deployments a namespace may have.</summary>
    public int Deployments { get; init; } = 100;

    /// <summary>Gets how many versions a deployment may have.</summary>
    public int VersionsPerDeployment { get; init; } = 100;

    /// <summary>Gets how many task queues a version may poll.</summary>
    public int QueuesPerVersion { get; init; } = 100;

    /// <summary>Gets how many versions, of all deployments, may be registered with a task queue before a new one is added.</summary>
    public int VersionsPerQueue { get; init; } = 200;

    /// <summary>Gets the delay between a version becoming draining and the first check for workflows that still run on it.</summary>
    public TimeSpan DrainageGrace { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets the interval between further checks.</summary>
    public TimeSpan DrainageRefresh { get; init; } = TimeSpan.FromMinutes(3);
}
