using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Commands;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>Starts workflow tasks for pollers, and handles their completion and failure.</summary>
internal sealed class WorkflowTaskHandler(HistoryEngine engine, CommandValidation validation)
{
    /// <summary>How many events may be sent to the worker a second time so that a speculative task without effect can be dropped.</summary>
    private const int MostEventsSentTwice = 10;

    /// <summary>Starts the task for a poller; null when the task is stale.</summary>
    public static Task<PollWorkflowTaskQueueResponse?> StartAsync(QueuedWorkflowTask queued, Poller poller) => queued.Run.ExecuteAsync(tx =>
    {
        if (tx.State.WorkflowTask is not { IsStarted: false } task || task.Stamp != queued.Stamp || tx.State.IsPaused
            || !tx.MayTakeWorkflowTask(queued.Directive, poller.Version))
        {
            return null;
        }

        var response = Start(tx, poller.Identity, task.IsSticky);
        tx.FollowWorker(poller.Version);
        return response;
    });

    /// <summary>Starts the pending task and builds its poll response.</summary>
    /// <param name="partialHistory">Whether the worker has the run in its sticky cache and needs only the new events.</param>
    /// <param name="prolongs">Whether the task continues a workflow task heartbeat, so that updates sent before are not sent again.</param>
    public static PollWorkflowTaskQueueResponse Start(RunTransaction tx, string identity, bool partialHistory, bool prolongs = false)
    {
        tx.StartWorkflowTask(identity);
        return Show(tx, partialHistory, prolongs);
    }

    /// <summary>Builds the poll response of the started workflow task.</summary>
    public static PollWorkflowTaskQueueResponse Show(RunTransaction tx, bool partialHistory, bool prolongs = false)
    {
        var state = tx.State;
        var task = state.WorkflowTask!;
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

        response.Messages.AddRange(tx.Run.Updates.Send(tx.Answered, includeSent: !prolongs).Where(update => !state.UpdatesAdmittedByEvent.Contains(update.UpdateId)).Select(update => new Message
        {
            Id = update.UpdateId + "/request",
            ProtocolInstanceId = update.UpdateId,
            EventId = task.StartedEventId - 1,
            Body = Any.Pack(update.Request),
        }));
        return response;
    }

    /// <exception cref="RpcException">
    /// NOT_FOUND: the task is over, or a command has an unknown namespace; INVALID_ARGUMENT: the sequence of commands is invalid, and the task is still started,
    /// or a command is invalid, and the task has failed.
    /// </exception>
    public async Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(RespondWorkflowTaskCompletedRequest request)
    {
        CommandSequence.Require(request.Commands);
        var (run, token) = FindRun(request.TaskToken);
        RequestValidation.That(
            request.VersioningBehavior == VersioningBehavior.Unspecified || WorkerVersion.Of(request.DeploymentOptions) is not null,
            "versioning behavior cannot be specified without deployment options being set with versioned mode");
        try
        {
            return await run.ExecuteAsync(tx =>
            {
                var task = RequireStarted(tx, token);
                if (tx.State.IsPaused && request.ForceCreateNewWorkflowTask)
                {
                    throw ServiceErrors.FailedPrecondition("Workflow is paused and force create new workflow task is not allowed.");
                }

                return MayDrop(tx.State, task, request) ? Drop(tx, request) : Complete(tx, request);
            }) ?? throw ServiceErrors.NotFound("workflow task heartbeat timeout");
        }
        catch (CommandException failure)
        {
            await run.ExecuteAsync(tx => FailInvalid(tx, RequireStarted(tx, token), failure, request.Identity));
            throw ServiceErrors.InvalidArgument(failure.Cause == WorkflowTaskFailedCause.UnhandledCommand ? "UnhandledCommand" : $"{failure.Cause}: {failure.Message}");
        }
    }

    public Task FailAsync(RespondWorkflowTaskFailedRequest request)
    {
        var (run, token) = FindRun(request.TaskToken);
        return run.ExecuteAsync(tx =>
        {
            if (!tx.State.IsRunning)
            {
                throw ServiceErrors.WorkflowCompleted();
            }

            RequireStarted(tx, token);
            if (request.Cause == WorkflowTaskFailedCause.GrpcMessageTooLarge)
            {
                tx.Terminate($"{request.Cause}", null, "history-service");
                return;
            }

            tx.Run.Updates.Unsend();
            tx.FailWorkflowTask(request.Cause, request.Failure, request.Identity);
            tx.ScheduleWorkflowTask();
        });
    }

    private static WorkflowTask RequireStarted(RunTransaction tx, TaskToken token) =>
        tx.State.IsRunning && tx.State.WorkflowTask is { IsStarted: true } task && task.Stamp == token.Stamp
            ? task
            : throw ServiceErrors.NotFound("Workflow task not found.");

    /// <summary>
    /// Fails the task because of an invalid completion. Updates that were sent with it are aborted, because they may be the cause. From the second attempt on
    /// the task is left to its start-to-close timeout, so that it is not retried without a pause.
    /// </summary>
    private static void FailInvalid(RunTransaction tx, WorkflowTask task, CommandException failure, string identity)
    {
        tx.AbortSentUpdates();
        var isUnhandled = failure.Cause == WorkflowTaskFailedCause.UnhandledCommand;
        if (task.Attempt > 1 && !isUnhandled)
        {
            return;
        }

        tx.FailWorkflowTask(failure.Cause, new() { Message = isUnhandled ? "UnhandledCommand" : $"{failure.Cause}: {failure.Message}", ServerFailureInfo = new() }, identity);
        tx.State.CloseAttempted = isUnhandled;
        if (failure.TerminatesWorkflow)
        {
            tx.Terminate($"{failure.Cause}: {failure.Message}", null, "history-service");
        }
        else
        {
            tx.ScheduleWorkflowTask();
        }
    }

    /// <summary>Whether a speculative task without effect can be dropped without writing events, because the worker can discard the events it was sent.</summary>
    private static bool MayDrop(MutableState state, WorkflowTask task, RespondWorkflowTaskCompletedRequest request) =>
        task.Kind == WorkflowTaskKind.Speculative
        && request.Commands.Count == 0
        && !request.ForceCreateNewWorkflowTask
        && request.Messages.All(message => message.Body?.Is(Rejection.Descriptor) == true)
        && task.ScheduledEventId <= state.LastCompletedWorkflowTaskStartedEventId + 2
            + (request.Capabilities is { DiscardSpeculativeWorkflowTaskWithEvents: true } ? MostEventsSentTwice : 0);

    private static RespondWorkflowTaskCompletedResponse Drop(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        var response = new RespondWorkflowTaskCompletedResponse { ResetHistoryEventId = tx.State.LastCompletedWorkflowTaskStartedEventId };
        var hadBuffered = tx.State.HasBufferedEvents;
        tx.DropWorkflowTask();
        SetStickiness(tx.State, request);
        UpdateMessages.HandleRest(new CommandContext(tx, 0, request, response, NoValidation));
        Finish(tx, request, response, hadBuffered, prolonged: null);
        return response;
    }

    private static CommandValidation NoValidation { get; } = new(static _ => { }, static (_, _) => { });

    private static void SetStickiness(MutableState state, RespondWorkflowTaskCompletedRequest request)
    {
        if (state.VersionTransition is not null)
        {
            // The run is in transition to another version: the worker of the old version must not get its next task.
            return;
        }

        state.Facts.StickyTaskQueue = request.StickyAttributes?.WorkerTaskQueue?.Name ?? "";
        state.Facts.StickyScheduleToStartTimeout = request.StickyAttributes?.ScheduleToStartTimeout.Span() ?? TimeSpan.Zero;
    }

    private static void Finish(
        RunTransaction tx, RespondWorkflowTaskCompletedRequest request, RespondWorkflowTaskCompletedResponse response, bool needsTask, DateTime? prolonged)
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
                tx.ScheduleWorkflowTask(prolonged: prolonged);
            }
            else if (tx.Run.Updates.HasUnsent)
            {
                tx.ScheduleWorkflowTask(speculative: true);
            }

            if (request.ReturnNewWorkflowTask && tx.State is { WorkflowTask: { IsStarted: false }, VersionTransition: null })
            {
                response.WorkflowTask = Start(tx, request.Identity, partialHistory: true, prolongs: request.ForceCreateNewWorkflowTask);
            }
        }

        if (tx.State.WorkflowTask is null)
        {
            tx.AfterCommit.Add(tx.Run.Queries.ReleaseAll);
        }
    }

    /// <summary>Rejects the updates that the worker did not process: it does not support updates, and they would be sent again and again.</summary>
    private static void RejectUnprocessed(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        if (tx.Run.Updates.Count == 0 || request.ForceCreateNewWorkflowTask)
        {
            // A worker that requests another workflow task has not finished processing this one.
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

    /// <summary>Completes the task; null when the workflow task heartbeat has lasted too long and the task has timed out instead.</summary>
    private RespondWorkflowTaskCompletedResponse? Complete(RunTransaction tx, RespondWorkflowTaskCompletedRequest request)
    {
        var task = tx.State.WorkflowTask!;
        DateTime? prolonged = request is { ForceCreateNewWorkflowTask: true, Commands.Count: 0, Messages.Count: 0 } ? task.OriginalScheduledTime : null;
        if (prolonged is { } since && tx.Now > since + TaskBackoff.LongestProlonged)
        {
            tx.TimeOutWorkflowTask(TimeoutType.StartToClose);
            return null;
        }

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
            context.EagerActivities.ForEach(activity => tx.StartActivity(activity, request.Identity));
            response.ActivityTasks.AddRange(context.EagerActivities.Select(activity => ActivityTaskHandler.Response(tx.State, activity)));
        }

        var needsTask = context.NeedsWorkflowTask || tx.State.HasBufferedEvents || request.ForceCreateNewWorkflowTask || tx.State.VersionTransition is not null;
        tx.FlushBuffer();
        Finish(tx, request, response, needsTask, prolonged);
        return response;
    }

    private (WorkflowRun Run, TaskToken Token) FindRun(Google.Protobuf.ByteString bytes)
    {
        var token = TaskToken.Parse(bytes, "w");
        return (engine.FindByRunId(token.RunId) ?? throw ServiceErrors.NotFound("Workflow task not found."), token);
    }
}
