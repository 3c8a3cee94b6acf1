using EmbeddedTemporal.Common;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>A worker of one version, or of none, that takes and answers every task by hand.</summary>
internal sealed class ManualVersionWorker(TestServer server, string taskQueue, string deployment, string? buildId)
{
    private const string Namespace = "default";

    private readonly WorkflowService service = server.Client.WorkflowService;

    public string Identity { get; } = $"worker-{buildId}-{Guid.NewGuid()}";

    public WorkerDeploymentOptions? Options { get; } = buildId is null
        ? null
        : new() { DeploymentName = deployment, BuildId = buildId, WorkerVersioningMode = WorkerVersioningMode.Versioned };

    /// <summary>Waits for the next workflow task.</summary>
    public Task<PollWorkflowTaskQueueResponse> PollAsync() => service.PollWorkflowTaskQueueAsync(WorkflowPoll());

    /// <summary>Waits for the next workflow task of a run that was left with this worker's own queue.</summary>
    public Task<PollWorkflowTaskQueueResponse> PollStickyAsync(string stickyQueue) => service.PollWorkflowTaskQueueAsync(new(WorkflowPoll())
    {
        TaskQueue = new() { Name = stickyQueue, Kind = TaskQueueKind.Sticky, NormalName = taskQueue },
    });

    /// <summary>Takes a workflow task if there is one for this worker now, and answers its workflow id.</summary>
    public async Task<string?> TryPollAsync()
    {
        var task = await server.Server.WorkflowService.PollWorkflowTaskQueue(WorkflowPoll(), AtOnce());
        return task.TaskToken.IsEmpty ? null : task.WorkflowExecution.WorkflowId;
    }

    public Task<PollActivityTaskQueueResponse> PollActivityAsync() => service.PollActivityTaskQueueAsync(ActivityPoll());

    /// <summary>Takes an activity if there is one for this worker now, and answers its id.</summary>
    public async Task<string?> TryPollActivityAsync()
    {
        var task = await server.Server.WorkflowService.PollActivityTaskQueue(ActivityPoll(), AtOnce());
        return task.TaskToken.IsEmpty ? null : task.ActivityId;
    }

    public Task<RespondActivityTaskCompletedResponse> CompleteActivityAsync(PollActivityTaskQueueResponse task) =>
        service.RespondActivityTaskCompletedAsync(new() { TaskToken = task.TaskToken, Identity = Identity });

    /// <summary>Answers a workflow task.</summary>
    public Task<RespondWorkflowTaskCompletedResponse> AnswerAsync(
        PollWorkflowTaskQueueResponse task, VersioningBehavior behavior, params IEnumerable<Command> commands) => service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = task.TaskToken,
            Identity = Identity,
            DeploymentOptions = Options,
            VersioningBehavior = behavior,
            Commands = { commands },
        });

    /// <summary>Takes the next workflow task and answers it.</summary>
    public async Task<PollWorkflowTaskQueueResponse> WorkAsync(VersioningBehavior behavior, params IEnumerable<Command> commands)
    {
        var task = await PollAsync();
        await AnswerAsync(task, behavior, commands);
        return task;
    }

    /// <summary>A call that is answered at once, with a task or without. It goes without the wire, on which a busy machine may lose the answer of so short a call.</summary>
    private static CallContext AtOnce() => new(DateTime.UtcNow, CancellationToken.None);

    private PollWorkflowTaskQueueRequest WorkflowPoll() => new()
    {
        Namespace = Namespace,
        TaskQueue = new() { Name = taskQueue },
        Identity = Identity,
        WorkerInstanceKey = Identity,
        DeploymentOptions = Options,
    };

    private PollActivityTaskQueueRequest ActivityPoll() => new()
    {
        Namespace = Namespace,
        TaskQueue = new() { Name = taskQueue },
        Identity = Identity,
        WorkerInstanceKey = Identity,
        DeploymentOptions = Options,
    };
}
