using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>What a worker does in the scenario.</summary>
internal sealed partial class CrashHarness
{
    private async Task WorkAsync(CrashStep step)
    {
        PollWorkflowTaskQueueResponse? task = null;
        await TryAsync(async () => task = await Service.PollWorkflowTaskQueue(new() { Namespace = Namespace, TaskQueue = new() { Name = Queue(step.Workflow) } }, Call()));
        if (task is not { TaskToken.IsEmpty: false })
        {
            return;
        }

        if (step.CrashAction == CrashAction.FailTask && task.Attempt == 1)
        {
            await TryAsync(() => Service.RespondWorkflowTaskFailed(new() { TaskToken = task.TaskToken, Failure = new() { Message = Token } }, Call()));
            return;
        }

        await AnswerAsync(task, step, rejects: step.Number == 5);
    }

    /// <summary>Answers a workflow task, and every update that it carries.</summary>
    private async Task AnswerAsync(PollWorkflowTaskQueueResponse task, CrashStep step, bool rejects)
    {
        var runId = task.WorkflowExecution.RunId;
        var token = Token;
        var request = new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken, Identity = token };
        foreach (var message in task.Messages)
        {
            Say(request, message, rejects);
        }

        var traces = new List<(string What, Func<HistoryEvent, bool> Is)> { ($"task {token}", e => e.WorkflowTaskCompletedEventAttributes?.Identity == token) };
        for (var i = 0; i <= step.Number % 3; i++)
        {
            Command(request, step, $"{token}/{i}", traces);
        }

        RespondWorkflowTaskCompletedResponse? response = null;
        var answer = await TryAsync(async () => response = await Service.RespondWorkflowTaskCompleted(request, Call()));
        if ((step.CrashAction == CrashAction.Pass && rejects) || response is { ResetHistoryEventId: > 0 })
        {
            // A task that only rejects, or came for an update that it had nothing to say of, leaves nothing, if the server could make it so.
            traces.Clear();
        }

        traces.ForEach(trace => ledger.Left(call, answer, runId, trace.What, trace.Is));
        foreach (var message in rejects ? task.Messages : [])
        {
            ledger.Rejected(message.ProtocolInstanceId, runId, answer);
        }

        if (step.CrashAction == CrashAction.ContinueAsNew && task.WorkflowExecution.WorkflowId == WorkflowId(step.Workflow))
        {
            ledger.Began(task.WorkflowExecution.WorkflowId, answer);
        }
    }

    private static void Command(
        RespondWorkflowTaskCompletedRequest request, CrashStep step, string token, List<(string What, Func<HistoryEvent, bool> Is)> traces)
    {
        switch (step.CrashAction)
        {
            case CrashAction.StartTimer:
                request.Commands.Add(ManualWorker.Timer(token, step.Number == 0 ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(step.Number)));
                traces.Add(($"timer {token}", e => e.TimerStartedEventAttributes?.TimerId == token));
                break;
            case CrashAction.ScheduleActivity:
                var activity = ManualWorker.Activity(token, Queue(step.Workflow));
                activity.ScheduleActivityTaskCommandAttributes.StartToCloseTimeout = TaskTimeout;
                activity.ScheduleActivityTaskCommandAttributes.RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)), BackoffCoefficient = 1 };
                request.Commands.Add(activity);
                traces.Add(($"activity {token}", e => e.ActivityTaskScheduledEventAttributes?.ActivityId == token));
                break;
            case CrashAction.StartChild:
                request.Commands.Add(new Command
                {
                    CommandType = Temporalio.Api.Enums.V1.CommandType.StartChildWorkflowExecution,
                    StartChildWorkflowExecutionCommandAttributes = new()
                    {
                        WorkflowId = token,
                        WorkflowType = new() { Name = "type" },
                        TaskQueue = new() { Name = Queue(step.Workflow) },
                        WorkflowTaskTimeout = TaskTimeout,
                        ParentClosePolicy = step.Number % 2 == 0 ? Temporalio.Api.Enums.V1.ParentClosePolicy.Abandon : Temporalio.Api.Enums.V1.ParentClosePolicy.Terminate,
                    },
                });
                traces.Add(($"child {token}", e => e.StartChildWorkflowExecutionInitiatedEventAttributes?.WorkflowId == token));
                break;
            case CrashAction.ContinueAsNew when OnlySpeaks(request):
                request.Commands.Add(new Command
                {
                    CommandType = Temporalio.Api.Enums.V1.CommandType.ContinueAsNewWorkflowExecution,
                    ContinueAsNewWorkflowExecutionCommandAttributes = new() { Input = Signed(token) },
                });
                traces.Add(($"continuation {token}", e => IsSigned(e.WorkflowExecutionContinuedAsNewEventAttributes?.Input, token)));
                break;
            case CrashAction.Complete when OnlySpeaks(request):
                request.Commands.Add(ManualWorker.Complete(Signed(token)));
                traces.Add(($"completion {token}", e => IsSigned(e.WorkflowExecutionCompletedEventAttributes?.Result, token)));
                break;
            default:
                break;
        }
    }

    /// <summary>What tells whose command it was: where an answer got lost, another may have ended the run instead.</summary>
    private static Payloads Signed(string token) => new() { Payloads_ = { new Payload { Data = ByteString.CopyFromUtf8(token) } } };

    private static bool IsSigned(Payloads? payloads, string token) => payloads is { Payloads_: [{ } payload] } && payload.Data.ToStringUtf8() == token;

    /// <summary>Whether no command does anything yet: a task ends a run once.</summary>
    private static bool OnlySpeaks(RespondWorkflowTaskCompletedRequest request) =>
        request.Commands.All(command => command.CommandType == Temporalio.Api.Enums.V1.CommandType.ProtocolMessage);

    private static void Say(RespondWorkflowTaskCompletedRequest answer, Message message, bool rejects)
    {
        var updateId = message.ProtocolInstanceId;
        if (rejects)
        {
            answer.Messages.Add(Saying("reject", new Rejection { RejectedRequestMessageId = message.Id, Failure = new() { Message = "no" } }));
            return;
        }

        IMessage[] bodies =
        [
            new Acceptance { AcceptedRequestMessageId = message.Id, AcceptedRequestSequencingEventId = message.EventId },
            new Response { Meta = new() { UpdateId = updateId }, Outcome = new() { Success = new() } },
        ];
        foreach (var body in bodies)
        {
            var saying = Saying(body.Descriptor.Name, body);
            answer.Messages.Add(saying);
            answer.Commands.Add(new Command
            {
                CommandType = Temporalio.Api.Enums.V1.CommandType.ProtocolMessage,
                ProtocolMessageCommandAttributes = new() { MessageId = saying.Id },
            });
        }

        Message Saying(string what, IMessage body) => new() { Id = $"{updateId}/{what}", ProtocolInstanceId = updateId, Body = Any.Pack(body) };
    }

    private async Task WorkOnActivityAsync(CrashStep step)
    {
        PollActivityTaskQueueResponse? task = null;
        await TryAsync(async () => task = await Service.PollActivityTaskQueue(new() { Namespace = Namespace, TaskQueue = new() { Name = Queue(step.Workflow) } }, Call()));
        if (task is { TaskToken.IsEmpty: false })
        {
            await AnswerAsync(task, step.CrashAction == CrashAction.FailActivity);
        }
    }

    private async Task AnswerAsync(PollActivityTaskQueueResponse task, bool fails)
    {
        var token = Token;
        var activity = $"{task.ActivityId} of {task.WorkflowExecution.RunId}";
        ledger.Attempted(activity, task.Attempt);
        if (fails)
        {
            ledger.FailedAttempt(activity, await TryAsync(() => Service.RespondActivityTaskFailed(
                new() { TaskToken = task.TaskToken, Failure = new() { Message = "again", ApplicationFailureInfo = new() } }, Call())));
            return;
        }

        var answer = await TryAsync(() => Service.RespondActivityTaskCompleted(new() { TaskToken = task.TaskToken, Identity = token }, Call()));
        ledger.Left(
            call, answer, task.WorkflowExecution.RunId, $"completion of activity {task.ActivityId}", e => e.ActivityTaskCompletedEventAttributes?.Identity == token);
    }
}
