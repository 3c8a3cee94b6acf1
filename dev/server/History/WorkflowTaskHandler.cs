using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History.Commands;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>What workers take and give back of workflow tasks.</summary>
internal sealed class WorkflowTaskHandler(HistoryEngine engine, CommandValidation validation)
{
    /// <summary>Starts the task for a poller; null when nobody wants it any more.</summary>
    public static Task<PollWorkflowTaskQueueResponse?> StartAsync(QueuedWorkflowTask queued, string identity) => queued.Run.ExecuteAsync(tx =>
        tx.State.WorkflowTask is { IsStarted: false } task && task.Stamp == queued.Stamp ? Start(tx, identity, task.IsSticky) : null);

    /// <summary>Starts the pending task and answers it as a worker needs it.</summary>
    /// <param name="partialHistory">Whether the worker has the run cached and needs only what is new.</param>
    public static PollWorkflowTaskQueueResponse Start(RunTransaction tx, string identity, bool partialHistory)
    {
        var task = tx.StartWorkflowTask(identity);
        var state = tx.State;
        var response = new PollWorkflowTaskQueueResponse
        {
            TaskToken = TaskToken.ForWorkflowTask(state.Key.RunId, task.Stamp).ToBytes(),
            WorkflowExecution = state.Key.Execution,
            WorkflowType = new() { Name = state.WorkflowType },
            PreviousStartedEventId = state.LastCompletedWorkflowTaskStartedEventId,
            StartedEventId = task.StartedEventId,
            Attempt = task.Attempt,
            History = new(),
            WorkflowExecutionTaskQueue = new() { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
            ScheduledTime = task.ScheduledTime.ToProto(),
            StartedTime = task.StartedTime!.Value.ToProto(),
        };
        response.History.Events.AddRange(partialHistory ? state.Events.Skip((int)state.LastCompletedWorkflowTaskStartedEventId) : state.Events);
        response.History.Events.AddRange(RunTransaction.UnwrittenEvents(state));
        foreach (var query in tx.Run.Queries.Pending.Where(query => !tx.Answered.Contains(query.Id)))
        {
            response.Queries[query.Id] = query.Query;
        }

        response.Messages.AddRange(tx.Run.Updates.Send(tx.Answered).Where(update => !state.UpdatesAdmittedByEvent.Contains(update.UpdateId)).Select(update => new Message
        {
            Id = update.UpdateId + "/request",
            ProtocolInstanceId = update.UpdateId,
            EventId = task.StartedEventId - 1,
            Body = Any.Pack(update.Request),
        }));
        return response;
    }

    /// <exception cref="RpcException">NOT_FOUND: the task is over; INVALID_ARGUMENT: a command is wrong, and the task has failed for it.</exception>
    public async Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(RespondWorkflowTaskCompletedRequest request)
    {
        var (run, token) = FindRun(request.TaskToken);
        try
        {
            return await run.ExecuteAsync(tx =>
            {
                var task = RequireRunning(tx, token);
                return MayDrop(tx.State, task, request) ? Drop(tx, request) : Complete(tx, request);
            });
        }
        catch (CommandException failure)
        {
            await run.ExecuteAsync(tx =>
            {
                RequireRunning(tx, token);
                tx.Run.Updates.Unsend();
                tx.FailWorkflowTask(failure.Cause, new() { Message = failure.Message, Source = "Server", ServerFailureInfo = new() }, request.Identity);
                if (failure.TerminatesWorkflow)
                {
                    tx.Terminate($"{failure.Cause}: {failure.Message}", null, "history-service");
                }
                else
                {
                    tx.ScheduleWorkflowTask();
                }
            });
            throw ServiceErrors.InvalidArgument(failure.Cause == WorkflowTaskFailedCause.UnhandledCommand ? "UnhandledCommand" : $"{failure.Cause}: {failure.Message}");
        }
    }

    public Task FailAsync(RespondWorkflowTaskFailedRequest request)
    {
        var (run, token) = FindRun(request.TaskToken);
        return run.ExecuteAsync(tx =>
        {
            RequireRunning(tx, token);
            Fail(tx, request.Cause, request.Failure, request.Identity);
        });
    }

    private static void Fail(RunTransaction tx, WorkflowTaskFailedCause cause, Temporalio.Api.Failure.V1.Failure? failure, string identity)
    {
        tx.Run.Updates.Unsend();
        tx.FailWorkflowTask(cause, failure, identity);
        tx.ScheduleWorkflowTask();
    }

    private static WorkflowTask RequireRunning(RunTransaction tx, TaskToken token)
    {
        if (!tx.State.IsRunning)
        {
            throw ServiceErrors.WorkflowCompleted();
        }

        return tx.State.WorkflowTask is { IsStarted: true } task && task.Stamp == token.Stamp
            ? task
            : throw ServiceErrors.NotFound("Workflow task not found.");
    }

    /// <summary>A speculative task that came to nothing leaves no trace, if the worker can forget what it was shown.</summary>
    private static bool MayDrop(MutableState state, WorkflowTask task, RespondWorkflowTaskCompletedRequest request) =>
        task.Kind == WorkflowTaskKind.Speculative
        && request.Commands.Count == 0
        && !request.ForceCreateNewWorkflowTask
        && request.Messages.All(message => message.Body?.Is(Rejection.Descriptor) == true)
        && (task.ScheduledEventId == state.LastCompletedWorkflowTaskStartedEventId + 2
            || request.Capabilities is { DiscardSpeculativeWorkflowTaskWithEvents: true });

    private static RespondWorkflowTaskCompletedResponse Drop(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        var response = new RespondWorkflowTaskCompletedResponse { ResetHistoryEventId = tx.State.LastCompletedWorkflowTaskStartedEventId };
        var hadBuffered = tx.State.HasBufferedEvents;
        tx.DropWorkflowTask();
        SetStickiness(tx.State, request);
        UpdateMessages.HandleRest(new CommandContext(tx, 0, request, response, NoValidation));
        Finish(tx, request, response, hadBuffered);
        return response;
    }

    private static CommandValidation NoValidation { get; } = new(static _ => { }, static (_, _) => { });

    private static void SetStickiness(MutableState state, RespondWorkflowTaskCompletedRequest request)
    {
        state.Facts.StickyTaskQueue = request.StickyAttributes?.WorkerTaskQueue?.Name ?? "";
        state.Facts.StickyScheduleToStartTimeout = request.StickyAttributes?.ScheduleToStartTimeout.Span() ?? TimeSpan.Zero;
    }

    private static void Finish(RunTransaction tx, RespondWorkflowTaskCompletedRequest request, RespondWorkflowTaskCompletedResponse response, bool needsTask)
    {
        foreach (var (id, result) in request.QueryResults)
        {
            tx.Answered.Add(id);
            tx.AfterCommit.Add(() => tx.Run.Queries.Complete(id, result));
        }

        if (tx.State.IsRunning)
        {
            RejectUnprocessed(tx, request);
            if (needsTask)
            {
                tx.ScheduleWorkflowTask();
            }
            else if (tx.Run.Updates.HasUnsent)
            {
                tx.ScheduleWorkflowTask(speculative: true);
            }

            if (request.ReturnNewWorkflowTask && tx.State.WorkflowTask is { IsStarted: false, NotBefore: null })
            {
                response.WorkflowTask = Start(tx, request.Identity, partialHistory: true);
            }
        }

        if (tx.State.WorkflowTask is null)
        {
            tx.AfterCommit.Add(tx.Run.Queries.ReleaseAll);
        }
    }

    /// <summary>A worker that says nothing about an update it was sent does not know updates: tell the caller instead of asking for ever.</summary>
    private static void RejectUnprocessed(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        if (tx.Run.Updates.Count == 0)
        {
            return;
        }

        var answered = request.Messages.Select(message => message.ProtocolInstanceId).ToHashSet();
        foreach (var update in tx.Run.Updates.Unprocessed().Where(update => !answered.Contains(update.UpdateId)))
        {
            tx.Reject(update.UpdateId, new()
            {
                Message = "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.",
                Source = "Server",
                ApplicationFailureInfo = new() { Type = "UnprocessedUpdate", NonRetryable = true },
            });
        }
    }

    private RespondWorkflowTaskCompletedResponse Complete(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        var response = new RespondWorkflowTaskCompletedResponse();
        var completedEventId = tx.CompleteWorkflowTask(request);
        SetStickiness(tx.State, request);
        var context = new CommandContext(tx, completedEventId, request, response, validation);
        foreach (var command in request.Commands)
        {
            CommandDispatcher.Handle(context, command);
        }

        UpdateMessages.HandleRest(context);
        if (tx.State.IsRunning)
        {
            response.ActivityTasks.AddRange(context.EagerActivities.Select(activity => ActivityTaskHandler.Response(tx.State, activity)));
        }

        var needsTask = context.NeedsWorkflowTask || tx.State.HasBufferedEvents || request.ForceCreateNewWorkflowTask;
        tx.FlushBuffer();
        Finish(tx, request, response, needsTask);
        return response;
    }

    private (WorkflowRun Run, TaskToken Token) FindRun(Google.Protobuf.ByteString bytes)
    {
        var token = TaskToken.Parse(bytes, "w");
        return (engine.FindByRunId(token.RunId) ?? throw ServiceErrors.NotFound("Workflow task not found."), token);
    }
}
