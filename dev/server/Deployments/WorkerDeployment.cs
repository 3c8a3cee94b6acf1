using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Deployment.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>
/// A deployment: its versions and which of them new workflows go to. The rules alone, without locks and disk (real server: workerdeployment/workflow.go).
/// </summary>
internal sealed class WorkerDeployment
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required DateTime CreateTime { get; init; }

    public string CreateRequestId { get; set; } = "";

    public string LastModifier { get; set; } = "";

    /// <summary>Gets or sets who alone may change the routing, empty for everybody.</summary>
    public string Manager { get; set; } = "";

    /// <summary>Gets or sets when a caller last changed it, which is its conflict token.</summary>
    public long LastChange { get; set; }

    public RoutingConfig Routing { get; set; } = NoRouting();

    /// <summary>Gets the versions by build id.</summary>
    public SortedDictionary<string, DeploymentVersion> Versions { get; init; } = new(StringComparer.Ordinal);

    public WorkerVersion? Current => WorkerVersion.Of(Routing.CurrentDeploymentVersion);

    public WorkerVersion? Ramping => WorkerVersion.Of(Routing.RampingDeploymentVersion);

    /// <summary>Gets a value indicating whether a share goes somewhere else than the current version, perhaps to workers without a version.</summary>
    public bool IsRamping => OlderRamping.Length > 0;

    /// <summary>Gets what a caller presents to change the deployment only as it knows it.</summary>
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

    /// <summary>Makes a version, or the workers without one, the current one.</summary>
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

    /// <summary>Sends a share of the workflows to a version or to workers without one, or ends that.</summary>
    /// <param name="ramps">False to send all to the current version again.</param>
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

    /// <summary>A caller has changed it.</summary>
    public void NoteChange(string identity, DateTime now)
    {
        LastModifier = identity;
        LastChange = Math.Max(LastChange + 1, now.Ticks);
    }
}
