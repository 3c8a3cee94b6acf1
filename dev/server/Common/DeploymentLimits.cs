namespace EmbeddedTemporal.Common;

/// <summary>How many worker deployments there may be and how drainage is watched; the defaults are the real server's (common/dynamicconfig/constants.go).</summary>
public sealed record DeploymentLimits
{
    /// <summary>Gets how many deployments a namespace may have.</summary>
    public int Deployments { get; init; } = 100;

    /// <summary>Gets how many versions a deployment may have.</summary>
    public int VersionsPerDeployment { get; init; } = 100;

    /// <summary>Gets how many task queues a version may poll.</summary>
    public int QueuesPerVersion { get; init; } = 100;

    /// <summary>Gets how many versions, of all deployments, may poll a task queue beside a new one.</summary>
    public int VersionsPerQueue { get; init; } = 200;

    /// <summary>Gets how long after it lost its traffic a version is first looked at for workflows that still run on it.</summary>
    public TimeSpan DrainageGrace { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets how long after that it is looked at again.</summary>
    public TimeSpan DrainageRefresh { get; init; } = TimeSpan.FromMinutes(3);
}
