using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>What the server does not take, and how it says so.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class RefusalTests
{
    private static readonly ByteString Garbage = ByteString.CopyFromUtf8("no token at all");

    private static IEnumerable<TestCaseData> Refused()
    {
        static TestCaseData Case(string name, Code code, Func<WorkflowService, Task> call) => new TestCaseData(code, call).SetArgDisplayNames(name);
        yield return Case("unknown namespace", Code.NotFound, s => s.DescribeNamespaceAsync(new() { Namespace = "nowhere" }));
        yield return Case("no namespace", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(new() { WorkflowId = "w" }));
        yield return Case("no workflow id", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(new() { Namespace = "default" }));
        yield return Case("no workflow type", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(new() { Namespace = "default", WorkflowId = "w" }));
        yield return Case("id too long", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(Start(new string('x', 1001))));
        yield return Case("negative run time-out", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(With(Start("w"), r => r.WorkflowRunTimeout = new() { Seconds = -1 })));
        yield return Case("bad cron", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(With(Start("w"), r => r.CronSchedule = "every now and then")));
        yield return Case("bad retry policy", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(With(Start("w"), r => r.RetryPolicy = new() { MaximumAttempts = -1 })));
        yield return Case("unknown search attribute", Code.InvalidArgument, s => s.StartWorkflowExecutionAsync(With(Start("w"), r =>
            r.SearchAttributes = new() { IndexedFields = { ["Nobody"] = new() { Data = ByteString.CopyFromUtf8("1") } } })));
        yield return Case("unknown workflow", Code.NotFound, s => s.SignalWorkflowExecutionAsync(
            new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "nobody" }, SignalName = "s" }));
        yield return Case("malformed run id", Code.InvalidArgument, s => s.DescribeWorkflowExecutionAsync(
            new() { Namespace = "default", Execution = new() { WorkflowId = "w", RunId = "no uuid" } }));
        yield return Case("malformed workflow task token", Code.InvalidArgument, s => s.RespondWorkflowTaskCompletedAsync(new() { TaskToken = Garbage }));
        yield return Case("empty workflow task token", Code.InvalidArgument, s => s.RespondWorkflowTaskFailedAsync(new()));
        yield return Case("malformed activity token", Code.InvalidArgument, s => s.RespondActivityTaskCompletedAsync(new() { TaskToken = Garbage }));
        yield return Case("malformed query token", Code.InvalidArgument, s => s.RespondQueryTaskCompletedAsync(new() { TaskToken = Garbage }));
        yield return Case("malformed page token", Code.InvalidArgument, s => s.GetWorkflowExecutionHistoryAsync(
            new() { Namespace = "default", Execution = new() { WorkflowId = "w" }, NextPageToken = Garbage }));
        yield return Case("malformed list filter", Code.InvalidArgument, s => s.ListWorkflowExecutionsAsync(new() { Namespace = "default", Query = "WorkflowId =" }));
        yield return Case("multi-operation of one", Code.InvalidArgument, s => s.ExecuteMultiOperationAsync(new() { Namespace = "default" }));
        yield return Case("method out of scope", Code.Unimplemented, s => s.CreateWorkflowRuleAsync(new() { Namespace = "default" }));
    }

    [TestCaseSource(nameof(Refused))]
    public async Task It_is_refused_with_the_right_status(Code expected, Func<WorkflowService, Task> call)
    {
        await using var server = await TestServer.StartAsync();
        await Assert.ThatAsync(() => call(server.Client.WorkflowService), Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(expected));
    }

    [Test]
    public async Task A_workflow_task_is_answered_once()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.StartWorkflowExecutionAsync(Start("w"));
        var task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
        await service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken });
        await Assert.ThatAsync(
            () => service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken }),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.NotFound));
    }

    [Test]
    public async Task A_wrong_command_fails_the_task_and_nothing_of_it_takes_effect()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.StartWorkflowExecutionAsync(Start("w"));
        var task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
        var timer = new Temporalio.Api.Command.V1.Command
        {
            CommandType = Temporalio.Api.Enums.V1.CommandType.StartTimer,
            StartTimerCommandAttributes = new() { TimerId = "twice", StartToFireTimeout = new() { Seconds = 60 } },
        };
        await Assert.ThatAsync(
            () => service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { timer, timer } }),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.InvalidArgument));
        var history = await service.GetWorkflowExecutionHistoryAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w" } });
        var failed = history.History.Events.Single(e => e.EventType == Temporalio.Api.Enums.V1.EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes;
        Assert.That(failed.Cause, Is.EqualTo(Temporalio.Api.Enums.V1.WorkflowTaskFailedCause.StartTimerDuplicateId));
    }

    [Test]
    public async Task A_workflow_may_not_end_before_it_has_seen_what_came_in()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.StartWorkflowExecutionAsync(Start("w"));
        var task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
        await service.SignalWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" }, SignalName = "wait" });
        var complete = new Temporalio.Api.Command.V1.Command
        {
            CommandType = Temporalio.Api.Enums.V1.CommandType.CompleteWorkflowExecution,
            CompleteWorkflowExecutionCommandAttributes = new(),
        };
        await Assert.ThatAsync(
            () => service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { complete } }),
            Throws.TypeOf<RpcException>().With.Message.Contains("UnhandledCommand"));
        task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
        Assert.That(task.History.Events.Select(e => e.EventType), Does.Contain(Temporalio.Api.Enums.V1.EventType.WorkflowExecutionSignaled));
        await service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { complete } });
        var described = await service.DescribeWorkflowExecutionAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w" } });
        Assert.That(described.WorkflowExecutionInfo.Status, Is.EqualTo(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Completed));
    }

    [Test]
    public async Task An_update_whose_answer_brings_the_next_task_is_not_sent_again()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.StartWorkflowExecutionAsync(Start("w"));
        var update = service.UpdateWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "w" },
            WaitPolicy = new() { LifecycleStage = Temporalio.Api.Enums.V1.UpdateWorkflowExecutionLifecycleStage.Accepted },
            Request = new() { Meta = new() { UpdateId = "u" }, Input = new() { Name = "update" } },
        });
        PollWorkflowTaskQueueResponse task;
        do
        {
            // The update may come a moment after the first task: then this one only makes room for it.
            task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
            if (task.Messages.Count == 0)
            {
                await service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken });
            }
        }
        while (task.Messages.Count == 0);
        var acceptance = new Temporalio.Api.Update.V1.Acceptance
        {
            AcceptedRequestMessageId = task.Messages[0].Id,
            AcceptedRequestSequencingEventId = task.Messages[0].EventId,
        };
        var next = await service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = task.TaskToken,
            ForceCreateNewWorkflowTask = true,
            ReturnNewWorkflowTask = true,
            Messages = { new Temporalio.Api.Protocol.V1.Message { Id = "m", ProtocolInstanceId = "u", Body = Google.Protobuf.WellKnownTypes.Any.Pack(acceptance) } },
            Commands =
            {
                new Temporalio.Api.Command.V1.Command
                {
                    CommandType = Temporalio.Api.Enums.V1.CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = "m" },
                },
            },
        });
        Assert.That(next.WorkflowTask, Is.Not.Null);
        Assert.That(next.WorkflowTask.Messages, Is.Empty);
        Assert.That((await update).Stage, Is.EqualTo(Temporalio.Api.Enums.V1.UpdateWorkflowExecutionLifecycleStage.Accepted));
    }

    private static StartWorkflowExecutionRequest Start(string id) => new()
    {
        Namespace = "default",
        WorkflowId = id,
        WorkflowType = new() { Name = "type" },
        TaskQueue = new() { Name = "queue" },
        RequestId = Guid.NewGuid().ToString(),
    };

    private static StartWorkflowExecutionRequest With(StartWorkflowExecutionRequest request, Action<StartWorkflowExecutionRequest> amend)
    {
        amend(request);
        return request;
    }
}
