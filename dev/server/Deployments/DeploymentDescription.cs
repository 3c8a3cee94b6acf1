using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.WorkflowService.V1;
using VersionSummary = Temporalio.Api.Deployment.V1.WorkerDeploymentInfo.Types.WorkerDeploymentVersionSummary;

namespace EmbeddedTemporal.Deployments;

/// <summary>Builds the API's descriptions of worker deployments and versions.</summary>
internal static class DeploymentDescription
{
    public static WorkerDeploymentInfo Of(WorkerDeployment deployment)
    {
        var info = new WorkerDeploymentInfo
        {
            Name = deployment.Name,
            CreateTime = deployment.CreateTime.ToProto(),
            RoutingConfig = deployment.Routing.Clone(),
            LastModifierIdentity = deployment.LastModifier,
            ManagerIdentity = deployment.Manager,

            // A routing change is applied to all task queues before the call returns.
            RoutingConfigUpdateState = Temporalio.Api.Enums.V1.RoutingConfigUpdateState.Completed,
        };
        info.VersionSummaries.AddRange(deployment.Versions.Values.OrderByDescending(version => version.CreateTime).Select(Summary));
        return info;
    }

    public static ListWorkerDeploymentsResponse.Types.WorkerDeploymentSummary ListEntry(WorkerDeployment deployment) => new()
    {
        Name = deployment.Name,
        CreateTime = deployment.CreateTime.ToProto(),
        RoutingConfig = deployment.Routing.Clone(),
        LatestVersionSummary = deployment.Versions.Values.MaxBy(version => version.CreateTime) is { } latest ? Summary(latest) : null,
        CurrentVersionSummary = deployment.Find(deployment.Current) is { } current ? Summary(current) : null,
        RampingVersionSummary = deployment.Find(deployment.Ramping) is { } ramping ? Summary(ramping) : null,
    };

    public static WorkerDeploymentVersionInfo Of(DeploymentVersion version)
    {
        var info = new WorkerDeploymentVersionInfo
        {
            Version = WorkerVersion.ToOlderText(version.Id),
            DeploymentVersion = WorkerVersion.ToProto(version.Id),
            Status = version.Status,
            CreateTime = version.CreateTime.ToProto(),
            RoutingChangedTime = version.RoutingChangedTime?.ToProto(),
            CurrentSinceTime = version.CurrentSince?.ToProto(),
            RampingSinceTime = version.RampingSince?.ToProto(),
            RampPercentage = version.RampPercentage,
            DrainageInfo = version.Drainage?.Clone(),
            Metadata = version.Metadata?.Clone(),
            LastModifierIdentity = version.LastModifier,
        };
        info.TaskQueueInfos.AddRange(version.TaskQueues.Order()
            .Select(queue => new WorkerDeploymentVersionInfo.Types.VersionTaskQueueInfo { Name = queue.Name, Type = DeploymentDocument.TypeOf(queue.Kind) }));
        return info;
    }

    private static VersionSummary Summary(DeploymentVersion version) => new()
    {
        Version = WorkerVersion.ToOlderText(version.Id),
        DeploymentVersion = WorkerVersion.ToProto(version.Id),
        Status = version.Status,
        CreateTime = version.CreateTime.ToProto(),
        DrainageStatus = version.Drainage?.Status ?? default,
        DrainageInfo = version.Drainage?.Clone(),
        CurrentSinceTime = version.CurrentSince?.ToProto(),
        RampingSinceTime = version.RampingSince?.ToProto(),
        RoutingUpdateTime = version.RoutingChangedTime?.ToProto(),
        FirstActivationTime = version.FirstActivation?.ToProto(),
        LastCurrentTime = version.LastCurrent?.ToProto(),
        LastDeactivationTime = version.LastDeactivation?.ToProto(),
    };
}
