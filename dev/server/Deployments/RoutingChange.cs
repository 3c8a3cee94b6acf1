using EmbeddedTemporal.Common;
using Google.Protobuf;

namespace EmbeddedTemporal.Deployments;

/// <summary>A request to set the current or the ramping version, with the checks that both share.</summary>
/// <param name="Version">Null for unversioned workers.</param>
/// <param name="AllowNoPollers">Whether the version and the deployment are created when they do not exist.</param>
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

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: the deployment changed since the caller read it.</exception>
    public void RequireToken(WorkerDeployment deployment)
    {
        if (!ConflictToken.IsEmpty && !ConflictToken.Equals(deployment.ConflictToken))
        {
            throw DeploymentErrors.ConflictTokenMismatch();
        }
    }

    /// <summary>Checks the conflict token, the manager identity and the version, which is created where allowed.</summary>
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

    /// <summary>Checks that the version's workers poll all active task queues of the current version.</summary>
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
