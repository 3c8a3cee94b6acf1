using EmbeddedTemporal;
using Google.Protobuf;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using PinnedOverrideBehavior = Temporalio.Api.Workflow.V1.VersioningOverride.Types.PinnedOverrideBehavior;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>A server with a worker deployment, its versions rolled out by hand.</summary>
internal sealed class Rollout(TestServer server) : IAsyncDisposable
{
    public const string Deployment = "orders";
    public const string Queue = "order-queue";

    private const string Namespace = "default";

    public WorkflowService Service => server.Client.WorkflowService;

    public TemporalClient Client => server.Client;

    public EmbeddedTemporalServer Server => server.Server;

    /// <summary>Starts a server that lets a run be followed by the next one at once.</summary>
    public static async Task<Rollout> StartAsync(EmbeddedTemporalOptions? options = null)
    {
        var given = options ?? new();
        return new(await TestServer.StartAsync(given with { Limits = given.Limits with { RunInterval = TimeSpan.Zero } }));
    }

    /// <summary>Starts a server whose versions are looked at for drainage all the time.</summary>
    public static Task<Rollout> StartDrainingAsync(EmbeddedTemporalOptions? options = null) => StartAsync((options ?? new()) with
    {
        Limits = new() { Deployments = new() { DrainageGrace = TimeSpan.FromMilliseconds(20), DrainageRefresh = TimeSpan.FromMilliseconds(20) } },
    });

    public static WorkerDeploymentVersion Version(string buildId) => new() { DeploymentName = Deployment, BuildId = buildId };

    public static VersioningOverride Pin(string buildId) => new() { Pinned = new() { Behavior = PinnedOverrideBehavior.Pinned, Version = Version(buildId) } };

    /// <summary>Answers what a call was refused with.</summary>
    public static async Task<(RpcException.StatusCode Code, string Message)> RefusalAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refused)
        {
            return (refused.Code, refused.Message);
        }
        catch (Grpc.Core.RpcException refused)
        {
            return ((RpcException.StatusCode)refused.StatusCode, refused.Status.Detail);
        }

        throw new AssertionException("The call was not refused.");
    }

    public ManualVersionWorker Worker(string? buildId, string queue = Queue, string deployment = Deployment) => new(server, queue, deployment, buildId);

    /// <summary>Lets workers of the versions poll once, so that the server knows them.</summary>
    public async Task RegisterAsync(params string[] buildIds)
    {
        foreach (var buildId in buildIds)
        {
            await Worker(buildId).TryPollAsync();
        }
    }

    public Task<SetWorkerDeploymentCurrentVersionResponse> SetCurrentAsync(string? buildId, ByteString? token = null, string identity = "deployer", bool ignoresQueues = false) =>
        Service.SetWorkerDeploymentCurrentVersionAsync(new()
        {
            Namespace = Namespace,
            DeploymentName = Deployment,
            BuildId = buildId ?? "",
            ConflictToken = token ?? ByteString.Empty,
            Identity = identity,
            IgnoreMissingTaskQueues = ignoresQueues,
        });

    public Task<SetWorkerDeploymentRampingVersionResponse> SetRampingAsync(string? buildId, float percentage, ByteString? token = null, string identity = "deployer") =>
        Service.SetWorkerDeploymentRampingVersionAsync(new()
        {
            Namespace = Namespace,
            DeploymentName = Deployment,
            BuildId = buildId ?? "",
            Percentage = percentage,
            ConflictToken = token ?? ByteString.Empty,
            Identity = identity,
        });

    public Task<DescribeWorkerDeploymentResponse> DescribeAsync() =>
        Service.DescribeWorkerDeploymentAsync(new() { Namespace = Namespace, DeploymentName = Deployment });

    public async Task<WorkerDeploymentVersionInfo> DescribeVersionAsync(string buildId) => (await Service.DescribeWorkerDeploymentVersionAsync(
        new() { Namespace = Namespace, DeploymentVersion = Version(buildId) })).WorkerDeploymentVersionInfo;

    public Task<DeleteWorkerDeploymentVersionResponse> DeleteVersionAsync(string buildId, bool skipsDrainage = false) => Service.DeleteWorkerDeploymentVersionAsync(
        new() { Namespace = Namespace, DeploymentVersion = Version(buildId), SkipDrainage = skipsDrainage, Identity = "deployer" });

    /// <summary>Answers how many tasks of the order queue wait for a version.</summary>
    public async Task<long> WaitingForAsync(string buildId) => (await Service.DescribeWorkerDeploymentVersionAsync(
        new() { Namespace = Namespace, DeploymentVersion = Version(buildId), ReportTaskQueueStats = true })).VersionTaskQueues.Sum(queue => queue.Stats.ApproximateBacklogCount);

    /// <summary>Looks at a version until it is as described.</summary>
    public async Task<WorkerDeploymentVersionInfo> UntilAsync(string buildId, Func<WorkerDeploymentVersionInfo, bool> condition)
    {
        while (true)
        {
            var info = await DescribeVersionAsync(buildId);
            if (condition(info))
            {
                return info;
            }

            await Task.Yield();
        }
    }

    public Task<StartWorkflowExecutionResponse> StartWorkflowAsync(string id, Action<StartWorkflowExecutionRequest>? amend = null)
    {
        var request = new StartWorkflowExecutionRequest
        {
            Namespace = Namespace,
            WorkflowId = id,
            WorkflowType = new() { Name = "by-hand" },
            TaskQueue = new() { Name = Queue },
            RequestId = Guid.NewGuid().ToString(),
        };
        amend?.Invoke(request);
        return Service.StartWorkflowExecutionAsync(request);
    }

    public Task SignalAsync(string id) => Service.SignalWorkflowExecutionAsync(
        new() { Namespace = Namespace, WorkflowExecution = new() { WorkflowId = id }, SignalName = "signal", RequestId = Guid.NewGuid().ToString() });

    public Task<DescribeWorkflowExecutionResponse> DescribeWorkflowAsync(string id) =>
        Service.DescribeWorkflowExecutionAsync(new() { Namespace = Namespace, Execution = new() { WorkflowId = id } });

    public async Task<WorkflowExecutionVersioningInfo> VersioningOfAsync(string id) => (await DescribeWorkflowAsync(id)).WorkflowExecutionInfo.VersioningInfo;

    public async Task<IReadOnlyList<Temporalio.Api.History.V1.HistoryEvent>> HistoryAsync(string id) => (await Service.GetWorkflowExecutionHistoryAsync(
        new() { Namespace = Namespace, Execution = new() { WorkflowId = id } })).History.Events;

    public Task<UpdateWorkflowExecutionOptionsResponse> UpdateOptionsAsync(string id, WorkflowExecutionOptions options, params string[] paths) =>
        Service.UpdateWorkflowExecutionOptionsAsync(new()
        {
            Namespace = Namespace,
            WorkflowExecution = new() { WorkflowId = id },
            WorkflowExecutionOptions = options,
            UpdateMask = new() { Paths = { paths } },
            Identity = "operator",
        });

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
