using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server;

/// <summary>A client and worker without an SDK's own mind: every task is taken, and every command given, by hand.</summary>
public sealed class ManualWorker(WorkflowService service, string taskQueue)
{
    private const string Namespace = "default";

    internal ManualWorker(TestServer server)
        : this(server.Client.WorkflowService, server.TaskQueue)
    {
    }

    public WorkflowService Service { get; } = service;

    public string TaskQueue { get; } = taskQueue;

    public static Payloads Payloads(int bytes) => new() { Payloads_ = { new Payload { Data = Google.Protobuf.ByteString.CopyFrom(new byte[bytes]) } } };

    public StartWorkflowExecutionRequest Start(string workflowId) => new()
    {
        Namespace = Namespace,
        WorkflowId = workflowId,
        WorkflowType = new() { Name = "by-hand" },
        TaskQueue = new() { Name = TaskQueue },
        RequestId = Guid.NewGuid().ToString(),
    };

    public SignalWorkflowExecutionRequest Signal(string workflowId, string name = "signal") => new()
    {
        Namespace = Namespace,
        WorkflowExecution = new() { WorkflowId = workflowId },
        SignalName = name,
        RequestId = Guid.NewGuid().ToString(),
    };

    public Task<PollWorkflowTaskQueueResponse> PollAsync() =>
        Service.PollWorkflowTaskQueueAsync(new() { Namespace = Namespace, TaskQueue = new() { Name = TaskQueue } });

    public Task<PollActivityTaskQueueResponse> PollActivityAsync() =>
        Service.PollActivityTaskQueueAsync(new() { Namespace = Namespace, TaskQueue = new() { Name = TaskQueue } });

    /// <summary>Takes the next workflow task and answers it with commands.</summary>
    public async Task<RespondWorkflowTaskCompletedResponse> WorkAsync(params IEnumerable<Command> commands)
    {
        var task = await PollAsync();
        return await Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { commands } });
    }

    /// <summary>Sends an update as the SDK's client does: again when the server was not there.</summary>
    public Task<UpdateWorkflowExecutionResponse> UpdateAsync(
        string workflowId, string updateId, UpdateWorkflowExecutionLifecycleStage until = UpdateWorkflowExecutionLifecycleStage.Accepted) =>
        Service.UpdateWorkflowExecutionAsync(
            new()
            {
                Namespace = Namespace,
                WorkflowExecution = new() { WorkflowId = workflowId },
                WaitPolicy = new() { LifecycleStage = until },
                Request = new() { Meta = new() { UpdateId = updateId }, Input = new() { Name = "update" } },
            },
            new RpcOptions { Retry = true });

    /// <summary>Takes the next workflow task and accepts, and if asked completes, the updates that it carries.</summary>
    public async Task<int> AcceptUpdatesAsync(bool complete = false)
    {
        var task = await PollAsync();
        var answer = new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken };
        foreach (var message in task.Messages)
        {
            Say(answer, message.ProtocolInstanceId, "accept", new Temporalio.Api.Update.V1.Acceptance { AcceptedRequestMessageId = message.Id, AcceptedRequestSequencingEventId = message.EventId });
            if (complete)
            {
                Say(answer, message.ProtocolInstanceId, "complete", new Temporalio.Api.Update.V1.Response
                {
                    Meta = new() { UpdateId = message.ProtocolInstanceId },
                    Outcome = new() { Success = new() },
                });
            }
        }

        await Service.RespondWorkflowTaskCompletedAsync(answer);
        return task.Messages.Count;
    }

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string workflowId)
    {
        var response = await Service.GetWorkflowExecutionHistoryAsync(new() { Namespace = Namespace, Execution = new() { WorkflowId = workflowId } });
        return response.History.Events;
    }

    public static Command Activity(string id, string taskQueue) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = id,
            ActivityType = new() { Name = "by-hand" },
            TaskQueue = new() { Name = taskQueue },
            ScheduleToCloseTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
        },
    };

    public static Command Timer(string id, TimeSpan span) => new()
    {
        CommandType = CommandType.StartTimer,
        StartTimerCommandAttributes = new() { TimerId = id, StartToFireTimeout = Duration.FromTimeSpan(span) },
    };

    public static Command Complete(Payloads? result = null) => new()
    {
        CommandType = CommandType.CompleteWorkflowExecution,
        CompleteWorkflowExecutionCommandAttributes = new() { Result = result },
    };

    private static void Say(RespondWorkflowTaskCompletedRequest answer, string updateId, string what, Google.Protobuf.IMessage body)
    {
        var messageId = $"{updateId}/{what}";
        answer.Messages.Add(new Temporalio.Api.Protocol.V1.Message { Id = messageId, ProtocolInstanceId = updateId, Body = Any.Pack(body) });
        answer.Commands.Add(new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = messageId } });
    }
}
