using EmbeddedTemporal.Common;
using Google.Protobuf;

namespace EmbeddedTemporal.Deployments;

/// <summary>What a request to change a deployment's routing must hold to, current or ramping alike.</summary>
/// <param name="Version">Null for workers without a version.</param>
/// <param name="AllowNoPollers">Whether the version, and the deployment, may be new.</param>
internal sealed record RoutingChange(
    string Deployment, WorkerVersion? Version, string Identity, ByteString ConflictToken, bool IgnoreMissingTaskQueues, bool AllowNoPollers)
{
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public WorkerDeployment Require(WorkerDeployments all, string namespaceName, WorkerDeployment? deployment, DateTime now)
    {
        if (deployment is not null)
        {
            return deployment;
        }

        return AllowNoPollers ? all.Create(namespaceName, Deployment, "", now) : throw DeploymentErrors.NotFound(Deployment);
    }

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: the deployment is not as the caller knows it.</exception>
    public void RequireToken(WorkerDeployment deployment)
    {
        if (!ConflictToken.IsEmpty && !ConflictToken.Equals(deployment.ConflictToken))
        {
            throw DeploymentErrors.ConflictTokenMismatch();
        }
    }

    /// <summary>Checks the caller and the version, which comes into being where that is allowed.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION, NOT_FOUND, INVALID_ARGUMENT.</exception>
    public void Validate(WorkerDeployments all, WorkerDeployment deployment, DateTime now)
    {
        RequireToken(deployment);
        var isNew = Version is not null && deployment.Find(Version) is null;
        if (isNew && !AllowNoPollers)
        {
            throw DeploymentErrors.VersionNotFound(Version!);
        }

        if (deployment.Manager.Length > 0 && deployment.Manager != Identity)
        {
            throw DeploymentErrors.ManagerMismatch(deployment.Manager, Identity);
        }

        if (isNew)
        {
            DeploymentErrors.ValidateBuildId(Version!.BuildId);
            all.Require(deployment, Version, now);
        }
    }

    /// <summary>Checks that the version's workers poll all queues at which work for the current one arrives.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION.</exception>
    public void RequireQueues(WorkerDeployments all, WorkerDeployment deployment, WorkerVersion? current, string role)
    {
        if (!IgnoreMissingTaskQueues && current is not null && Version is not null && current != Version && all.MissesQueues(deployment, current, Version))
        {
            throw ServiceErrors.FailedPrecondition(
                $"proposed {role} version '{Version}' is missing active task queues from the current version; these would become unversioned if it is set as the {role} version");
        }
    }
}
