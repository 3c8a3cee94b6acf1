using EmbeddedTemporal.History;
using EmbeddedTemporal.Matching;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>What workers ask for and give back.</summary>
internal sealed partial class WorkflowServiceHandler
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(60);

    public async Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskQueue(PollWorkflowTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue?.Name, "TaskQueue");
        RequestValidation.Length(request.Identity, "Identity");
        var queue = engine.TaskQueues.Get(request.Namespace, request.TaskQueue!.Name, QueueKind.Workflow);
        var sticky = request.TaskQueue.Kind == TaskQueueKind.Sticky;
        return await PollAsync(queue, request.Identity, request.WorkerInstanceKey, call, task => task switch
        {
            QueuedWorkflowTask workflowTask => WorkflowTaskHandler.StartAsync(workflowTask, request.Identity),
            QueuedQuery query => QueryHandler.StartAsync(query, sticky),
            _ => Task.FromResult<PollWorkflowTaskQueueResponse?>(null),
        });
    }

    public async Task<PollActivityTaskQueueResponse> PollActivityTaskQueue(PollActivityTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.TaskQueue?.Name, "TaskQueue");
        RequestValidation.Length(request.Identity, "Identity");
        var queue = engine.TaskQueues.Get(request.Namespace, request.TaskQueue!.Name, QueueKind.Activity);
        return await PollAsync(queue, request.Identity, request.WorkerInstanceKey, call, task => ActivityTaskHandler.StartAsync((QueuedActivityTask)task, request.Identity));
    }

    /// <summary>There is no Nexus here; a worker that polls for it waits in peace.</summary>
    public async Task<PollNexusTaskQueueResponse> PollNexusTaskQueue(PollNexusTaskQueueRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var queue = engine.TaskQueues.Get(request.Namespace, request.TaskQueue?.Name ?? "", QueueKind.Nexus);
        return await PollAsync(queue, request.Identity, request.WorkerInstanceKey, call, _ => Task.FromResult<PollNexusTaskQueueResponse?>(null));
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

    /// <summary>Ends the worker's polls, and gives what waited for it on its sticky queue to others.</summary>
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

    /// <summary>An answer that does not fit is told to the caller as a failed query.</summary>
    private static RespondQueryTaskCompletedRequest TooLarge(RespondQueryTaskCompletedRequest answer) => new()
    {
        TaskToken = answer.TaskToken,
        CompletedType = QueryResultType.Failed,
        ErrorMessage = "Blob data size exceeds limit.",
    };

    private static async Task<TResponse> PollAsync<TResponse>(
        TaskQueue queue,
        string identity,
        string workerKey,
        CallContext call,
        Func<QueuedTask, Task<TResponse?>> start)
        where TResponse : class, new()
    {
        var until = DateTime.UtcNow + call.LongPoll(LongestPoll);
        while (true)
        {
            var wait = until - DateTime.UtcNow;
            var task = await queue.TakeAsync(identity, workerKey, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, call.Cancellation);
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
        }
    }

    private async Task RerouteAsync(QueuedTask task)
    {
        switch (task)
        {
            case QueuedWorkflowTask workflowTask:
                await task.Run.ExecuteAsync(tx =>
                {
                    if (tx.State.WorkflowTask is { IsStarted: false, IsSticky: true } pending && pending.Stamp == workflowTask.Stamp)
                    {
                        tx.TimeOutWorkflowTask(TimeoutType.ScheduleToStart);
                    }
                });
                break;
            case QueuedQuery:
                var taskQueue = await task.Run.ReadAsync(state => state.TaskQueue);
                engine.TaskQueues.Get(task.Run.Key.Namespace, taskQueue, QueueKind.Workflow).Add(task);
                break;
            default:
                break;
        }
    }
}
