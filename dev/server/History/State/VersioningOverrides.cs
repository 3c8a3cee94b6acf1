using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using PinnedOverrideBehavior = Temporalio.Api.Workflow.V1.VersioningOverride.Types.PinnedOverrideBehavior;

namespace EmbeddedTemporal.History.State;

/// <summary>Conversion and validation of versioning overrides in the forms of three API generations (real server: common/worker_versioning).</summary>
internal static class VersioningOverrides
{
    /// <summary>Returns the override in the newest form only; null for none.</summary>
    public static VersioningOverride? Newest(VersioningOverride? given) => given switch
    {
        null => null,
        { OverrideCase: not VersioningOverride.OverrideOneofCase.None } => new VersioningOverride(given) { Behavior = default, Deployment = null, PinnedVersion = "" },
        { Behavior: VersioningBehavior.AutoUpgrade } => new() { AutoUpgrade = true },
        { Behavior: VersioningBehavior.Pinned } => Pin(Named(given)),
        _ => null,
    };

    /// <summary>Returns the override with the deprecated fields filled in too, for descriptions.</summary>
    public static VersioningOverride? WithOlderFields(VersioningOverride? newest)
    {
        if (newest is null)
        {
            return null;
        }

        var both = newest.Clone();
        both.Behavior = both.AutoUpgrade ? VersioningBehavior.AutoUpgrade : VersioningBehavior.Pinned;
        both.PinnedVersion = both.Pinned is { } pinned ? WorkerVersion.ToOlderText(WorkerVersion.Of(pinned.Version)) : "";
        return both;
    }

    public static VersioningOverride Pin(WorkerVersion? version) =>
        new() { Pinned = new() { Behavior = PinnedOverrideBehavior.Pinned, Version = WorkerVersion.ToProto(version) } };

    /// <summary>Validates the override in a request for a workflow of the given task queue.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT; FAILED_PRECONDITION: no worker of the version has polled the queue.</exception>
    public static void Validate(VersioningOverride? given, TaskQueue queue, string queueName)
    {
        if (given is null or { AutoUpgrade: true })
        {
            return;
        }

        if (given.Pinned is { } pinned)
        {
            RequestValidation.That(pinned.Version is not null, "must provide version if override is pinned.");
            RequestValidation.That(pinned.Behavior != PinnedOverrideBehavior.Unspecified, "must specify pinned override behavior if override is pinned.");
            RequireMember(WorkerVersion.Of(pinned.Version)!, queue, queueName);
            return;
        }

        ValidateOlder(given, queue, queueName);
    }

    private static void ValidateOlder(VersioningOverride given, TaskQueue queue, string queueName)
    {
        switch (given.Behavior)
        {
            case VersioningBehavior.Pinned when given.Deployment is { } deployment:
                RequestValidation.That(deployment.SeriesName.Length > 0, "deployment name cannot be empty");
                RequestValidation.That(deployment.SeriesName.IndexOfAny(['.', ':']) < 0, "deployment name cannot contain '.' or ':'");
                RequestValidation.That(deployment.BuildId.Length > 0, "deployment build ID cannot be empty");
                break;
            case VersioningBehavior.Pinned:
                RequestValidation.That(given.PinnedVersion.Length > 0, "must provide deployment (deprecated) or pinned version if behavior is 'PINNED'");
                RequireMember(DeploymentErrors.Parse(given.PinnedVersion), queue, queueName);
                break;
            case VersioningBehavior.AutoUpgrade:
                RequestValidation.That(given.Deployment is null, "only provide deployment if behavior is 'PINNED'");
                RequestValidation.That(given.PinnedVersion.Length == 0, "only provide pinned version if behavior is 'PINNED'");
                break;
            case VersioningBehavior.Unspecified:
                throw ServiceErrors.InvalidArgument("override behavior is required");
            default:
                throw ServiceErrors.InvalidArgument($"override behavior {given.Behavior} not recognized");
        }
    }

    private static void RequireMember(WorkerVersion version, TaskQueue queue, string queueName)
    {
        if (!queue.Routing.Members.Contains(version))
        {
            throw ServiceErrors.FailedPrecondition($"Pinned version '{version}' is not present in task queue '{queueName}' of type '{queue.Kind}'");
        }
    }

    private static WorkerVersion? Named(VersioningOverride given) => given.Deployment is { } deployment
        ? new(deployment.SeriesName, deployment.BuildId)
        : WorkerVersion.Parse(given.PinnedVersion);
}
