using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Status = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

namespace EmbeddedTemporal.Deployments;

/// <summary>One version of a worker deployment: its roll-out status and the task queues that its workers poll (real server: version_workflow.go).</summary>
internal sealed class DeploymentVersion
{
    public required WorkerVersion Id { get; init; }

    public required DateTime CreateTime { get; init; }

    public Status Status { get; set; } = Status.Inactive;

    public DateTime? RoutingChangedTime { get; set; }

    public DateTime? CurrentSince { get; set; }

    public DateTime? RampingSince { get; set; }

    public float RampPercentage { get; set; }

    public DateTime? FirstActivation { get; set; }

    public DateTime? LastCurrent { get; set; }

    public DateTime? LastDeactivation { get; set; }

    /// <summary>Gets or sets the drainage status: whether pinned workflows still run on it; null while it is current or ramping, or never was.</summary>
    public VersionDrainageInfo? Drainage { get; set; }

    public VersionMetadata? Metadata { get; set; }

    public string LastModifier { get; set; } = "";

    /// <summary>Gets or sets the id of the request that created it, empty when a poll did.</summary>
    public string CreateRequestId { get; set; } = "";

    /// <summary>Gets the queues that its workers have polled.</summary>
    public HashSet<(string Name, QueueKind Kind)> TaskQueues { get; init; } = [];

    public DeploymentVersion Clone() => new()
    {
        Id = Id,
        CreateTime = CreateTime,
        Status = Status,
        RoutingChangedTime = RoutingChangedTime,
        CurrentSince = CurrentSince,
        RampingSince = RampingSince,
        RampPercentage = RampPercentage,
        FirstActivation = FirstActivation,
        LastCurrent = LastCurrent,
        LastDeactivation = LastDeactivation,
        Drainage = Drainage?.Clone(),
        Metadata = Metadata?.Clone(),
        LastModifier = LastModifier,
        CreateRequestId = CreateRequestId,
        TaskQueues = [.. TaskQueues],
    };

    /// <summary>Updates the status after a change of the deployment's routing config.</summary>
    public void Follow(RoutingConfig routing, DateTime now)
    {
        var isCurrent = WorkerVersion.Of(routing.CurrentDeploymentVersion) == Id;
        var isRamping = WorkerVersion.Of(routing.RampingDeploymentVersion) == Id;
        var wasActive = CurrentSince is not null || RampingSince is not null;
        if (!isCurrent && !isRamping && !wasActive)
        {
            return;
        }

        (CurrentSince, RampingSince, RampPercentage) = (null, null, 0);
        if (isCurrent)
        {
            Status = Status.Current;
            CurrentSince = LastCurrent = RoutingChangedTime = Time(routing.CurrentVersionChangedTime);
        }
        else if (isRamping)
        {
            Status = Status.Ramping;
            RampingSince = Time(routing.RampingVersionChangedTime);
            RampPercentage = routing.RampingVersionPercentage;
            RoutingChangedTime = Time(routing.RampingVersionPercentageChangedTime);
        }
        else
        {
            Status = Status.Draining;
            LastDeactivation = RoutingChangedTime = now;
            Drainage ??= new() { Status = VersionDrainageStatus.Draining, LastChangedTime = now.ToProto(), LastCheckedTime = now.ToProto() };
            return;
        }

        FirstActivation ??= now;
        LastDeactivation = null;
        Drainage = null;
    }

    /// <summary>Applies the result of a drainage check.</summary>
    public void NoteDrainage(VersionDrainageStatus found, DateTime now)
    {
        if (Drainage is not { Status: VersionDrainageStatus.Draining } drainage)
        {
            return;
        }

        drainage.LastCheckedTime = now.ToProto();
        if (found != drainage.Status)
        {
            drainage.Status = found;
            drainage.LastChangedTime = now.ToProto();
            Status = Status.Drained;
        }
    }

    private static DateTime? Time(Timestamp? time) => time?.ToDateTime();
}
