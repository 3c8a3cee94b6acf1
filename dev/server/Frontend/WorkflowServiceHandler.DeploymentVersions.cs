using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Worker deployments: creating and deleting them and their versions, metadata and manager identity.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public Task<CreateWorkerDeploymentResponse> CreateWorkerDeployment(CreateWorkerDeploymentRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.DeploymentName.Length > 0, "deployment name cannot be empty");
        DeploymentErrors.ValidateName(request.DeploymentName);
        return Deployments.ChangeAsync(request.Namespace, request.DeploymentName, (deployment, now) =>
        {
            if (deployment is not null && (request.RequestId.Length == 0 || deployment.CreateRequestId != request.RequestId))
            {
                var byPoll = deployment.CreateRequestId.StartsWith("_auto_create_", StringComparison.Ordinal) ? " (auto-created from worker polls)" : "";
                throw DeploymentErrors.AlreadyExists($"Worker Deployment with name \"{request.DeploymentName}\" already exists{byPoll}");
            }

            if (deployment is null)
            {
                deployment = Deployments.Create(request.Namespace, request.DeploymentName, request.RequestId, now);
                deployment.LastModifier = request.Identity;
            }

            return (deployment, new CreateWorkerDeploymentResponse { ConflictToken = deployment.ConflictToken });
        });
    }

    public Task<CreateWorkerDeploymentVersionResponse> CreateWorkerDeploymentVersion(CreateWorkerDeploymentVersionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.DeploymentVersion is { DeploymentName.Length: > 0 }, "deployment name cannot be empty");
        RequestValidation.That(request.DeploymentVersion!.BuildId.Length > 0, "build ID cannot be empty");
        RequestValidation.That(request.ComputeConfig is null, "This server does not scale workers: a compute config cannot be set.");
        var id = WorkerVersion.Of(request.DeploymentVersion)!;
        DeploymentErrors.ValidateName(id.Deployment);
        DeploymentErrors.ValidateBuildId(id.BuildId);
        return ChangeAsync(request.Namespace, id.Deployment, (deployment, now) =>
        {
            if (deployment.Find(id) is not { } known)
            {
                var version = Deployments.Require(deployment, id, now);
                version.Status = WorkerDeploymentVersionStatus.Created;
                version.CreateRequestId = request.RequestId;
                version.LastModifier = request.Identity;
            }
            else if (request.RequestId.Length == 0 || known.CreateRequestId != request.RequestId)
            {
                throw DeploymentErrors.AlreadyExists($"Worker Deployment Version \"{WorkerVersion.ToOlderText(id)}\" already exists");
            }

            return new CreateWorkerDeploymentVersionResponse();
        });
    }

    /// <summary>Deletes a deployment without versions; succeeds when it does not exist.</summary>
    public Task<DeleteWorkerDeploymentResponse> DeleteWorkerDeployment(DeleteWorkerDeploymentRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        DeploymentErrors.ValidateName(request.DeploymentName);
        return Deployments.ChangeAsync(request.Namespace, request.DeploymentName, (deployment, _) => deployment is { Versions.Count: > 0 }
            ? throw ServiceErrors.FailedPrecondition("deployment has versions, can't be deleted")
            : (default(WorkerDeployment), new DeleteWorkerDeploymentResponse()));
    }

    /// <summary>
    /// Deletes a version that is neither current, ramping nor draining and has no active pollers; succeeds when the version does not exist.
    /// </summary>
    public Task<DeleteWorkerDeploymentVersionResponse> DeleteWorkerDeploymentVersion(DeleteWorkerDeploymentVersionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var id = request.DeploymentVersion is { } version ? WorkerVersion.Of(version)! : DeploymentErrors.Parse(request.Version);
        DeploymentErrors.ValidateName(id.Deployment);
        var identity = request.Identity.Length > 0 ? request.Identity : Guid.NewGuid().ToString();
        return Deployments.ChangeAsync(request.Namespace, id.Deployment, (deployment, _) =>
        {
            if (deployment is null)
            {
                throw NoSystemWorkflow(id.Deployment);
            }

            if (deployment.Find(id) is not { } found)
            {
                return (deployment, new DeleteWorkerDeploymentVersionResponse());
            }

            var reason = Deployments.WhyNotDeleted(deployment, found, request.SkipDrainage);
            if (found.Id != deployment.Current && found.Id != deployment.Ramping && deployment.Manager.Length > 0 && deployment.Manager != identity)
            {
                throw DeploymentErrors.ManagerMismatch(deployment.Manager, identity);
            }

            if (reason is not null)
            {
                throw ServiceErrors.FailedPrecondition(reason);
            }

            deployment.Versions.Remove(id.BuildId);
            deployment.LastModifier = identity;
            return (deployment, new DeleteWorkerDeploymentVersionResponse());
        });
    }

    public Task<UpdateWorkerDeploymentVersionMetadataResponse> UpdateWorkerDeploymentVersionMetadata(
        UpdateWorkerDeploymentVersionMetadataRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.RemoveEntries.Count + request.UpsertEntries.Count > 0, "At least one of remove_entries or upsert_entries must be provided");
        var id = request.DeploymentVersion is { } version ? WorkerVersion.Of(version)! : DeploymentErrors.Parse(request.Version);
        return Deployments.ChangeAsync(request.Namespace, id.Deployment, (deployment, _) =>
        {
            if (deployment?.Find(id) is not { } found)
            {
                throw ServiceErrors.NotFound($"workflow not found for ID: temporal-sys-worker-deployment-version:{id}");
            }

            found.Metadata ??= new();
            found.Metadata.Entries.MergeFrom(request.UpsertEntries);
            foreach (var key in request.RemoveEntries)
            {
                found.Metadata.Entries.Remove(key);
            }

            found.LastModifier = request.Identity;
            return (deployment, new UpdateWorkerDeploymentVersionMetadataResponse { Metadata = found.Metadata.Clone() });
        });
    }

    /// <summary>Sets or clears the manager identity, the only one that may change the deployment's routing.</summary>
    public Task<SetWorkerDeploymentManagerResponse> SetWorkerDeploymentManager(SetWorkerDeploymentManagerRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.Identity.Length > 0, "Identity is required");
        DeploymentErrors.ValidateName(request.DeploymentName);
        var manager = request.Self ? request.Identity : request.ManagerIdentity;
        return Deployments.ChangeAsync(request.Namespace, request.DeploymentName, (deployment, now) =>
        {
            if (deployment is null)
            {
                throw NoSystemWorkflow(request.DeploymentName);
            }

            var before = deployment.Manager;
            if (before != manager || deployment.LastModifier != request.Identity)
            {
                new RoutingChange(request.DeploymentName, null, request.Identity, request.ConflictToken, false, false).RequireToken(deployment);
                deployment.Manager = manager;
                deployment.NoteChange(request.Identity, now);
            }

            return (deployment, new SetWorkerDeploymentManagerResponse { PreviousManagerIdentity = before, ConflictToken = deployment.ConflictToken });
        });
    }

    /// <summary>In the real server a deployment is a system workflow; this is its error when there is none.</summary>
    private static Grpc.Core.RpcException NoSystemWorkflow(string name) => ServiceErrors.NotFound($"workflow not found for ID: temporal-sys-worker-deployment:{name}");

    private Task<T> ChangeAsync<T>(string namespaceName, string name, Func<WorkerDeployment, DateTime, T> change) =>
        Deployments.ChangeAsync(namespaceName, name, (deployment, now) =>
            (deployment ?? throw DeploymentErrors.NotFound(name), change(deployment, now)));
}
