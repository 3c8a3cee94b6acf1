using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Deployment.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>
/// A worker deployment: its versions and its routing config. Pure rules, without locks and persistence (real server: workerdeployment/workflow.go).
/// </summary>
internal sealed class WorkerDeployment
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required DateTime CreateTime { get; init; }

    public string CreateRequestId { get; set; } = "";

    public string LastModifier { get; set; } = "";

    /// <summary>Gets or sets the manager identity, the only one that may change the routing; empty allows every identity.</summary>
    public string Manager { get; set; } = "";

    /// <summary>Gets or sets the time of the last change in ticks, which is the conflict token.</summary>
    public long LastChange { get; set; }

    public RoutingConfig Routing { get; set; } = NoRouting();

    /// <summary>Gets the versions by build id.</summary>
    public SortedDictionary<string, DeploymentVersion> Versions { get; init; } = new(StringComparer.Ordinal);

    public WorkerVersion? Current => WorkerVersion.Of(Routing.CurrentDeploymentVersion);

    public WorkerVersion? Ramping => WorkerVersion.Of(Routing.RampingDeploymentVersion);

    /// <summary>Gets a value indicating whether there is a ramp, to a version or to unversioned workers.</summary>
    public bool IsRamping => OlderRamping.Length > 0;

    /// <summary>Gets the conflict token, with which a caller detects a concurrent change.</summary>
    public ByteString ConflictToken => ByteString.CopyFrom(BitConverter.GetBytes(LastChange));

    private string OlderRamping => Routing.RampingVersion;

    private static RoutingConfig NoRouting() => new() { CurrentVersion = WorkerVersion.Unversioned };

    public static WorkerDeployment New(string namespaceName, string name, DateTime now) =>
        new() { Namespace = namespaceName, Name = name, CreateTime = now, LastChange = now.Ticks };

    public WorkerDeployment Clone() => new()
    {
        Namespace = Namespace,
        Name = Name,
        CreateTime = CreateTime,
        CreateRequestId = CreateRequestId,
        LastModifier = LastModifier,
        Manager = Manager,
        LastChange = LastChange,
        Routing = Routing.Clone(),
        Versions = new(Versions.ToDictionary(version => version.Key, version => version.Value.Clone()), StringComparer.Ordinal),
    };

    public DeploymentVersion? Find(WorkerVersion? version) => version is null ? null : Versions.GetValueOrDefault(version.BuildId);

    /// <summary>Makes a version, or the unversioned workers, current.</summary>
    public void SetCurrent(WorkerVersion? version, DateTime now)
    {
        var (before, time) = (Current, now.ToProto());
        if (before == version)
        {
            return;
        }

        Routing.CurrentVersion = WorkerVersion.ToOlderText(version);
        Routing.CurrentDeploymentVersion = WorkerVersion.ToProto(version);
        Routing.CurrentVersionChangedTime = time;
        Routing.RevisionNumber++;
        if (IsRamping && Ramping == version)
        {
            Routing.RampingVersion = "";
            Routing.RampingDeploymentVersion = null;
            Routing.RampingVersionPercentage = 0;
            Routing.RampingVersionChangedTime = time;
            Routing.RampingVersionPercentageChangedTime = time;
        }

        Find(version)?.Follow(Routing, now);
        Find(before)?.Follow(Routing, now);
    }

    /// <summary>Sets the ramping version, which can be the unversioned workers, and its percentage, or ends the ramp.</summary>
    /// <param name="ramps">False to end the ramp.</param>
    public void SetRamping(WorkerVersion? version, bool ramps, float percentage, DateTime now)
    {
        var before = Ramping;
        var isSame = ramps == IsRamping && before == version;
        if (isSame && Routing.RampingVersionPercentage.Equals(percentage))
        {
            return;
        }

        var time = now.ToProto();
        Routing.RampingVersion = ramps ? WorkerVersion.ToOlderText(version) : "";
        Routing.RampingDeploymentVersion = WorkerVersion.ToProto(version);
        Routing.RampingVersionPercentage = percentage;
        Routing.RampingVersionChangedTime = isSame ? Routing.RampingVersionChangedTime : time;
        Routing.RampingVersionPercentageChangedTime = time;
        Routing.RevisionNumber++;
        Find(version)?.Follow(Routing, now);
        if (before != version)
        {
            Find(before)?.Follow(Routing, now);
        }
    }

    /// <summary>Records the last modifier and renews the conflict token.</summary>
    public void NoteChange(string identity, DateTime now)
    {
        LastModifier = identity;
        LastChange = Math.Max(LastChange + 1, now.Ticks);
    }
}
