using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Validation;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Worker deployments: descriptions and routing (real server: workerdeployment/client.go and workflow.go).</summary>
internal sealed partial class WorkflowServiceHandler
{
    /// <summary>Gets the worker deployments.</summary>
    public required WorkerDeployments Deployments { get; init; }

    public Task<DescribeWorkerDeploymentResponse> DescribeWorkerDeployment(DescribeWorkerDeploymentRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        DeploymentErrors.ValidateName(request.DeploymentName);
        var deployment = Deployments.Find(request.Namespace, request.DeploymentName) ?? throw DeploymentErrors.NotFound(request.DeploymentName);
        return Task.FromResult(new DescribeWorkerDeploymentResponse
        {
            WorkerDeploymentInfo = DeploymentDescription.Of(deployment),
            ConflictToken = deployment.ConflictToken,
        });
    }

    public Task<ListWorkerDeploymentsResponse> ListWorkerDeployments(ListWorkerDeploymentsRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var after = request.NextPageToken.ToStringUtf8();
        var left = Deployments.List(request.Namespace).SkipWhile(deployment => after.Length > 0 && deployment.Name != after).Skip(after.Length > 0 ? 1 : 0).ToList();
        var page = left.Take(PageSize(request.PageSize)).ToList();
        var response = new ListWorkerDeploymentsResponse();
        response.WorkerDeployments.AddRange(page.Select(DeploymentDescription.ListEntry));
        response.NextPageToken = page.Count < left.Count ? Google.Protobuf.ByteString.CopyFromUtf8(page[^1].Name) : Google.Protobuf.ByteString.Empty;
        return Task.FromResult(response);
    }

    public Task<DescribeWorkerDeploymentVersionResponse> DescribeWorkerDeploymentVersion(DescribeWorkerDeploymentVersionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.Version.Length > 0 || request.DeploymentVersion is not null, "deployment version cannot be empty");
        var id = request.Version.Length > 0 ? DeploymentErrors.Parse(request.Version) : WorkerVersion.Of(request.DeploymentVersion)!;
        DeploymentErrors.ValidateName(id.Deployment);
        DeploymentErrors.ValidateBuildId(id.BuildId);
        var version = Deployments.Find(request.Namespace, id.Deployment)?.Find(id) ?? throw ServiceErrors.NotFound("Worker Deployment Version not found");
        var response = new DescribeWorkerDeploymentVersionResponse { WorkerDeploymentVersionInfo = DeploymentDescription.Of(version) };
        response.VersionTaskQueues.AddRange(version.TaskQueues.Order().Select(name =>
        {
            var described = new DescribeWorkerDeploymentVersionResponse.Types.VersionTaskQueue { Name = name.Name, Type = DeploymentDocument.TypeOf(name.Kind) };
            if (request.ReportTaskQueueStats)
            {
                var queue = engine.TaskQueues.Get(request.Namespace, name.Name, name.Kind).Of(id);
                described.Stats = QueueDescription.Stats(queue.Backlog);
                described.StatsByPriorityKey.Add(QueueDescription.StatsByPriority([queue]));
            }

            return described;
        }));
        return Task.FromResult(response);
    }

    public Task<SetWorkerDeploymentCurrentVersionResponse> SetWorkerDeploymentCurrentVersion(SetWorkerDeploymentCurrentVersionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.DeploymentName.Length > 0, "deployment name cannot be empty");
        var version = VersionOf(request.DeploymentName, request.Version.Length > 0 ? request.Version : null, request.BuildId);
        var change = new RoutingChange(request.DeploymentName, version, request.Identity, request.ConflictToken, request.IgnoreMissingTaskQueues, request.AllowNoPollers);
        return Deployments.ChangeAsync(request.Namespace, request.DeploymentName, (deployment, now) =>
        {
            deployment = change.Require(Deployments, request.Namespace, deployment, now);
            var before = deployment.Current;
            var answer = new SetWorkerDeploymentCurrentVersionResponse
            {
                PreviousVersion = WorkerVersion.ToOlderText(before),
                PreviousDeploymentVersion = WorkerVersion.ToProto(before),
            };
            if (before != version || deployment.LastModifier != request.Identity)
            {
                change.Validate(Deployments, deployment, now);
                change.RequireQueues(Deployments, deployment, before, "current");
                deployment.SetCurrent(version, now);
                deployment.NoteChange(request.Identity, now);
            }

            answer.ConflictToken = deployment.ConflictToken;
            return (deployment, answer);
        });
    }

    public Task<SetWorkerDeploymentRampingVersionResponse> SetWorkerDeploymentRampingVersion(SetWorkerDeploymentRampingVersionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.Percentage is >= 0 and <= 100, "Percentage must be between 0 and 100 (inclusive)");
        var older = request.Version == WorkerVersion.Unversioned && request.Percentage == 0 && request.BuildId.Length == 0 ? "" : request.Version;
        var ramps = older.Length > 0 || request.BuildId.Length > 0 || request.Percentage > 0;
        var version = ramps ? VersionOf(request.DeploymentName, older.Length > 0 ? older : null, request.BuildId) : null;
        var change = new RoutingChange(request.DeploymentName, version, request.Identity, request.ConflictToken, request.IgnoreMissingTaskQueues, request.AllowNoPollers);
        return Deployments.ChangeAsync(request.Namespace, request.DeploymentName, (deployment, now) =>
        {
            deployment = change.Require(Deployments, request.Namespace, deployment, now);
            var answer = new SetWorkerDeploymentRampingVersionResponse
            {
                PreviousVersion = deployment.Routing.RampingVersion,
                PreviousDeploymentVersion = WorkerVersion.ToProto(deployment.Ramping),
                PreviousPercentage = deployment.Routing.RampingVersionPercentage,
            };
            Ramp(deployment, change, ramps, request.Percentage, now);
            answer.ConflictToken = deployment.ConflictToken;
            return (deployment, answer);
        });
    }

    private void Ramp(WorkerDeployment deployment, RoutingChange change, bool ramps, float percentage, DateTime now)
    {
        var isSame = ramps == deployment.IsRamping && deployment.Ramping == change.Version;
        if (isSame && deployment.Routing.RampingVersionPercentage.Equals(percentage) && deployment.LastModifier == change.Identity)
        {
            return;
        }

        change.RequireToken(deployment);
        if (ramps && change.Version == deployment.Current)
        {
            throw ServiceErrors.FailedPrecondition($"requested ramping version {WorkerVersion.ToOlderText(change.Version)} is already current");
        }

        change.Validate(Deployments, deployment, now);
        if (!isSame)
        {
            change.RequireQueues(Deployments, deployment, deployment.Current, "ramping");
        }

        deployment.SetRamping(change.Version, ramps, percentage, now);
        deployment.NoteChange(change.Identity, now);
    }

    private static WorkerVersion? VersionOf(string deployment, string? older, string buildId)
    {
        DeploymentErrors.ValidateName(deployment);
        if (older is null)
        {
            return buildId.Length > 0 ? new(deployment, buildId) : null;
        }

        try
        {
            var version = WorkerVersion.Parse(older);
            RequestValidation.That(
                version is null || version.Deployment == deployment, $"invalid version string '{older}' does not match deployment name '{deployment}'");
            return version;
        }
        catch (FormatException invalid)
        {
            throw ServiceErrors.InvalidArgument($"invalid version string: {invalid.Message}");
        }
    }
}
