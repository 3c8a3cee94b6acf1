using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Task queues: their backlog, pollers and configuration.</summary>
internal sealed partial class WorkflowServiceHandler
{
    /// <summary>Gets the configuration of task queues.</summary>
    public required TaskQueueConfigs QueueConfigs { get; init; }

    /// <summary>Gets the version sets of worker versioning v0.1.</summary>
    public required VersionSets VersionSets { get; init; }

    public Task<DescribeTaskQueueResponse> DescribeTaskQueue(DescribeTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue?.Name, "TaskQueue");
        if (request.ApiMode == DescribeTaskQueueMode.Enhanced)
        {
            RequestValidation.That(request.TaskQueue!.Kind != TaskQueueKind.Sticky, "Enhanced DescribeTaskQueue is not valid for a sticky queue, use api_mode UNSPECIFIED or the normal queue name.");
            return Task.FromResult(Enhanced(request));
        }

        return Task.FromResult(QueueDescription.Of(engine.TaskQueues.Get(request.Namespace, request.TaskQueue!.Name, KindOf(request.TaskQueueType)), request));
    }

    /// <summary>Sets rate limits and the weights of fairness keys.</summary>
    public async Task<UpdateTaskQueueConfigResponse> UpdateTaskQueueConfig(UpdateTaskQueueConfigRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue, "TaskQueue");
        TaskQueueConfigs.Validate(request);
        return new() { Config = await QueueConfigs.UpdateAsync(request, KindOf(request.TaskQueueType)) };
    }

    public async Task<UpdateWorkerBuildIdCompatibilityResponse> UpdateWorkerBuildIdCompatibility(UpdateWorkerBuildIdCompatibilityRequest request, CallContext call)
    {
        RequireVersionSets();
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue, "TaskQueue");
        await VersionSets.UpdateAsync(request);
        return new();
    }

    public Task<GetWorkerBuildIdCompatibilityResponse> GetWorkerBuildIdCompatibility(GetWorkerBuildIdCompatibilityRequest request, CallContext call)
    {
        RequireVersionSets();
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue, "TaskQueue");
        return Task.FromResult(VersionSets.Describe(request));
    }

    private static QueueKind KindOf(TaskQueueType type) => type switch
    {
        TaskQueueType.Activity => QueueKind.Activity,
        TaskQueueType.Nexus => QueueKind.Nexus,
        _ => QueueKind.Workflow,
    };

    private void RequireVersionSets()
    {
        if (!engine.Limits.VersionSets)
        {
            throw ServiceErrors.Of(
                Grpc.Core.StatusCode.PermissionDenied,
                "Worker versioning v0.1 (Version Set-based, deprecated) is disabled on this namespace.",
                new Temporalio.Api.ErrorDetails.V1.PermissionDeniedFailure());
        }
    }

    private DescribeTaskQueueResponse Enhanced(DescribeTaskQueueRequest request)
    {
        var types = request.TaskQueueTypes.Count > 0 ? request.TaskQueueTypes.ToList() : [TaskQueueType.Workflow, TaskQueueType.Activity];
        var queues = types.Select(type => engine.TaskQueues.Get(request.Namespace, request.TaskQueue.Name, KindOf(type))).ToList();
        var selection = request.Versions;
        var versions = new HashSet<string>(selection?.BuildIds ?? []);
        if (selection is null or { Unversioned: true } or { AllActive: true })
        {
            versions.Add("");
        }

        if (selection is { AllActive: true })
        {
            versions.UnionWith(queues.SelectMany(queue => queue.Versions?.All.Keys ?? []).Select(version => version.ToString()));
        }

        var response = new DescribeTaskQueueResponse();
        foreach (var name in versions)
        {
            var version = name.Length == 0 ? null : queues.SelectMany(queue => queue.Routing.Members).FirstOrDefault(member => member.ToString() == name || WorkerVersion.ToOlderText(member) == name);
            response.VersionsInfo[name] = name.Length > 0 && version is null ? new() : QueueDescription.OfVersion(queues, version, request);
        }

        return response;
    }
}
