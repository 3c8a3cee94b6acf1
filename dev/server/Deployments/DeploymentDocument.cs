using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using Google.Protobuf;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>Serializes worker deployments for the store: one JSON document each, with embedded protobuf messages.</summary>
internal static partial class DeploymentDocument
{
    private const string Kind = "worker-deployment";

    public static DocumentWrite Write(WorkerDeployment deployment) => new(Kind, Key(deployment), JsonSerializer.SerializeToUtf8Bytes(
        new Saved(
            deployment.Namespace, deployment.Name, deployment.CreateTime, deployment.CreateRequestId, deployment.LastModifier, deployment.Manager,
            deployment.LastChange, deployment.Routing.ToByteArray(), [.. deployment.Versions.Values.Select(Save)]),
        DeploymentJson.Default.Saved));

    public static DocumentWrite Delete(WorkerDeployment deployment) => new(Kind, Key(deployment), null);

    public static IEnumerable<WorkerDeployment> ReadAll(IWorkflowStore store)
    {
        foreach (var (key, bytes) in store.ReadDocuments(Kind))
        {
            var saved = JsonSerializer.Deserialize(bytes, DeploymentJson.Default.Saved) ?? throw new StoreException($"Worker deployment {key} is empty.");
            yield return new()
            {
                Namespace = saved.Namespace,
                Name = saved.Name,
                CreateTime = saved.CreateTime,
                CreateRequestId = saved.CreateRequestId,
                LastModifier = saved.LastModifier,
                Manager = saved.Manager,
                LastChange = saved.LastChange,
                Routing = RoutingConfig.Parser.ParseFrom(saved.Routing),
                Versions = new(saved.Versions.ToDictionary(version => version.BuildId, version => Read(saved.Name, version)), StringComparer.Ordinal),
            };
        }
    }

    public static TaskQueueType TypeOf(QueueKind kind) => kind switch
    {
        QueueKind.Workflow => TaskQueueType.Workflow,
        QueueKind.Activity => TaskQueueType.Activity,
        _ => TaskQueueType.Nexus,
    };

    private static string Key(WorkerDeployment deployment) => $"{deployment.Namespace}/{deployment.Name}";

    private static SavedVersion Save(DeploymentVersion version) => new(
        version.Id.BuildId, version.CreateTime, version.Status, version.RoutingChangedTime, version.CurrentSince, version.RampingSince, version.RampPercentage,
        version.FirstActivation, version.LastCurrent, version.LastDeactivation, version.Drainage?.ToByteArray(), version.Metadata?.ToByteArray(),
        version.LastModifier, version.CreateRequestId, [.. version.TaskQueues.Select(queue => new SavedQueue(queue.Name, queue.Kind))]);

    private static DeploymentVersion Read(string deployment, SavedVersion saved) => new()
    {
        Id = new(deployment, saved.BuildId),
        CreateTime = saved.CreateTime,
        Status = saved.Status,
        RoutingChangedTime = saved.RoutingChangedTime,
        CurrentSince = saved.CurrentSince,
        RampingSince = saved.RampingSince,
        RampPercentage = saved.RampPercentage,
        FirstActivation = saved.FirstActivation,
        LastCurrent = saved.LastCurrent,
        LastDeactivation = saved.LastDeactivation,
        Drainage = saved.Drainage is { Length: > 0 } drainage ? VersionDrainageInfo.Parser.ParseFrom(drainage) : null,
        Metadata = saved.Metadata is { Length: > 0 } metadata ? VersionMetadata.Parser.ParseFrom(metadata) : null,
        LastModifier = saved.LastModifier,
        CreateRequestId = saved.CreateRequestId,
        TaskQueues = [.. saved.TaskQueues.Select(queue => (queue.Name, queue.Kind))],
    };

    internal sealed record Saved(
        string Namespace,
        string Name,
        DateTime CreateTime,
        string CreateRequestId,
        string LastModifier,
        string Manager,
        long LastChange,
        byte[] Routing,
        IReadOnlyList<SavedVersion> Versions);

    internal sealed record SavedVersion(
        string BuildId,
        DateTime CreateTime,
        WorkerDeploymentVersionStatus Status,
        DateTime? RoutingChangedTime,
        DateTime? CurrentSince,
        DateTime? RampingSince,
        float RampPercentage,
        DateTime? FirstActivation,
        DateTime? LastCurrent,
        DateTime? LastDeactivation,
        byte[]? Drainage,
        byte[]? Metadata,
        string LastModifier,
        string CreateRequestId,
        IReadOnlyList<SavedQueue> TaskQueues);

    internal sealed record SavedQueue(string Name, QueueKind Kind);

    [JsonSerializable(typeof(Saved))]
    private sealed partial class DeploymentJson : JsonSerializerContext;
}
