using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Polls and responses of workers.</summary>
internal sealed partial class WorkflowServiceHandler
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(60);

    public async Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskQueue(PollWorkflowTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue?.Name, "TaskQueue");
        RequestValidation.Length(request.Identity, "Identity");
        var sticky = request.TaskQueue!.Kind == TaskQueueKind.Sticky;
        ValidateVersion(request.DeploymentOptions, sticky, request.TaskQueue.NormalName);
        var poller = new Poller(request.Identity, request.WorkerInstanceKey, request.DeploymentOptions);
        var queue = await QueueOfAsync(request.Namespace, request.TaskQueue.Name, QueueKind.Workflow, sticky ? null : poller.Version);
        return await PollAsync(queue, poller, call, task => task switch
        {
            QueuedWorkflowTask workflowTask => WorkflowTaskHandler.StartAsync(workflowTask, poller),
            QueuedQuery query => QueryHandler.StartAsync(query, sticky),
            _ => Task.FromResult<PollWorkflowTaskQueueResponse?>(null),
        });
    }

    public async Task<PollActivityTaskQueueResponse> PollActivityTaskQueue(PollActivityTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue?.Name, "TaskQueue");
        RequestValidation.Length(request.Identity, "Identity");
        ValidateVersion(request.DeploymentOptions, sticky: false, "");
        var poller = new Poller(request.Identity, request.WorkerInstanceKey, request.DeploymentOptions);
        var queue = await QueueOfAsync(request.Namespace, request.TaskQueue!.Name, QueueKind.Activity, poller.Version);
        if (queue.Settings.SetWorkerRate(request.TaskQueueMetadata?.MaxTasksPerSecond))
        {
            engine.TaskQueues.Get(request.Namespace, request.TaskQueue.Name, QueueKind.Activity).ApplyLimits();
        }

        return await PollAsync(queue, poller, call, task => ActivityTaskHandler.StartAsync((QueuedActivityTask)task, poller));
    }

    /// <summary>Nexus is not implemented; the long poll returns an empty response, so that workers keep polling without errors.</summary>
    public async Task<PollNexusTaskQueueResponse> PollNexusTaskQueue(PollNexusTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var queue = engine.TaskQueues.Get(request.Namespace, request.TaskQueue?.Name ?? "", QueueKind.Nexus);
        return await PollAsync(queue, new Poller(request.Identity, request.WorkerInstanceKey), call, _ => Task.FromResult<PollNexusTaskQueueResponse?>(null));
    }

    public Task<RespondWorkflowTaskCompletedResponse> RespondWorkflowTaskCompleted(RespondWorkflowTaskCompletedRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        return workflowTasks.CompleteAsync(request);
    }

    public async Task<RespondWorkflowTaskFailedResponse> RespondWorkflowTaskFailed(RespondWorkflowTaskFailedRequest request, CallContext call)
    {
        request.Failure = validation.Fitting(request.Failure);
        await workflowTasks.FailAsync(request);
        return new();
    }

    public Task<RespondQueryTaskCompletedResponse> RespondQueryTaskCompleted(RespondQueryTaskCompletedRequest request, CallContext call)
    {
        queries.Respond(validation.IsTooLarge(request.QueryResult) ? TooLarge(request) : request);
        return Task.FromResult(new RespondQueryTaskCompletedResponse());
    }

    /// <summary>Ends the worker's polls, and moves the tasks of its sticky queue to the normal task queues.</summary>
    public async Task<ShutdownWorkerResponse> ShutdownWorker(ShutdownWorkerRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        engine.TaskQueues.ShutdownWorker(request.WorkerInstanceKey);
        if (request.StickyTaskQueue.Length > 0)
        {
            foreach (var task in engine.TaskQueues.Get(request.Namespace, request.StickyTaskQueue, QueueKind.Workflow).Unload())
            {
                await RerouteAsync(task);
            }
        }

        return new();
    }

    public async Task<ResetStickyTaskQueueResponse> ResetStickyTaskQueue(ResetStickyTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        await engine.Find(request.Namespace, request.Execution).ExecuteAsync(tx =>
        {
            tx.ClearStickiness();
            tx.MarkDirty();
        });
        return new();
    }

    /// <summary>Replaces a query result above the size limit with a failure.</summary>
    private static RespondQueryTaskCompletedRequest TooLarge(RespondQueryTaskCompletedRequest answer) => new()
    {
        TaskToken = answer.TaskToken,
        CompletedType = QueryResultType.Failed,
        ErrorMessage = "Blob data size exceeds limit.",
    };

    private static void ValidateVersion(WorkerDeploymentOptions? options, bool sticky, string normalName)
    {
        if (options is null)
        {
            return;
        }

        RequestValidation.That(
            !sticky || normalName.Length > 0, "NormalName must be set on sticky queue when UseVersioning is true or DeploymentOptions are set.");
        if (options.WorkerVersioningMode == WorkerVersioningMode.Versioned)
        {
            RequestValidation.That(
                options.DeploymentName.Length > 0 && options.BuildId.Length > 0, "Both deployment name and build id must be set when versioning is enabled.");
            DeploymentErrors.ValidateName(options.DeploymentName);
            DeploymentErrors.ValidateBuildId(options.BuildId);
        }
    }

    /// <summary>Returns the queue that a worker polls; the first poll registers its version with the queue.</summary>
    private async ValueTask<TaskQueue> QueueOfAsync(string namespaceName, string name, QueueKind kind, WorkerVersion? version)
    {
        if (version is not null)
        {
            await Deployments.RegisterAsync(new(namespaceName, name, kind), version);
        }

        return engine.TaskQueues.Get(namespaceName, name, kind).Of(version);
    }

    private static async Task<TResponse> PollAsync<TResponse>(
        TaskQueue queue,
        Poller poller,
        CallContext call,
        Func<QueuedTask, Task<TResponse?>> start)
        where TResponse : class, new()
    {
        var until = DateTime.UtcNow + call.LongPoll(LongestPoll);
        while (true)
        {
            var wait = until - DateTime.UtcNow;
            var task = await queue.TakeAsync(poller, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, call.Cancellation);
            if (task is null)
            {
                return new TResponse();
            }

            if (call.Cancellation.IsCancellationRequested)
            {
                queue.Add(task);
                return new TResponse();
            }

            if (await start(task) is { } response)
            {
                return response;
            }

            queue.ReturnRateLimitToken(task);
        }
    }

    private async Task RerouteAsync(QueuedTask task)
    {
        switch (task)
        {
            case QueuedWorkflowTask workflowTask:
                await workflowTask.Run.ExecuteAsync(tx =>
                {
                    if (tx.State.WorkflowTask is { IsStarted: false, IsSticky: true } pending && pending.Stamp == workflowTask.Stamp)
                    {
                        tx.TimeOutWorkflowTask(TimeoutType.ScheduleToStart);
                    }
                });
                break;
            case QueuedQuery query:
                var (taskQueue, directive) = await query.Run.ReadAsync(state => (state.TaskQueue, state.WorkflowTaskDirective));
                engine.TaskQueues.Get(query.Run.Key.Namespace, taskQueue, QueueKind.Workflow).Add(query with { IsSticky = false, Directive = directive });
                break;
            default:
                break;
        }
    }
}
