using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>What becomes of a workflow task by what its worker says, or does not say.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class WorkflowTaskAnswerTests
{
    private static readonly Command Wrong = new()
    {
        CommandType = CommandType.StartTimer,
        StartTimerCommandAttributes = new() { StartToFireTimeout = new() { Seconds = 1 } },
    };

    [Test]
    public async Task Nothing_may_come_behind_the_command_that_ends_the_run()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var task = await hand.PollAsync();
        var refused = await AnswerRefusedAsync(hand, task, ManualWorker.Complete(), ManualWorker.Timer("t", TimeSpan.FromHours(1)));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((
            Code.InvalidArgument,
            "invalid command sequence: [CompleteWorkflowExecution, StartTimer], command CompleteWorkflowExecution must be the last command.")));
        refused = await AnswerRefusedAsync(hand, task, ManualWorker.Complete(), ManualWorker.Complete());
        Assert.That(refused.Code, Is.EqualTo(Code.InvalidArgument));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Complete() } });
        Assert.That((await hand.HistoryAsync("w")).Select(e => e.EventType), Has.None.EqualTo(EventType.WorkflowTaskFailed), "the task went on");
    }

    [Test]
    public async Task A_task_whose_answer_is_wrong_again_is_left_to_its_time_out()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server, taskTimeout: 1);
        await AnswerRefusedAsync(hand, await hand.PollAsync(), Wrong);
        var second = await hand.PollAsync();
        await AnswerRefusedAsync(hand, second, Wrong);
        var pending = (await server.Client.GetWorkflowHandle("w").DescribeRawAsync()).PendingWorkflowTask;
        Assert.That((second.Attempt, pending.Attempt, pending.State), Is.EqualTo((2, 2, PendingWorkflowTaskState.Started)));
        Assert.That((await hand.PollAsync()).Attempt, Is.EqualTo(3));
        Assert.That((await hand.HistoryAsync("w")).Count(e => e.EventType is EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut), Is.EqualTo(1));
    }

    [Test]
    public async Task A_task_that_fails_is_offered_again_at_once_and_gets_longer_from_the_fourth_try()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var seconds = new List<double>();
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            var task = await hand.PollAsync();
            Assert.That(task.Attempt, Is.EqualTo(attempt));
            seconds.Add(task.History.Events[^2].WorkflowTaskScheduledEventAttributes.StartToCloseTimeout.ToTimeSpan().TotalSeconds);
            await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = task.TaskToken });
        }

        Assert.That(seconds.Take(3), Is.All.EqualTo(10));
        Assert.That(seconds[3], Is.InRange(14, 15));
        Assert.That(seconds[4], Is.InRange(18, 20));
        Assert.That(seconds[5], Is.InRange(26, 30));
    }

    [Test]
    public async Task A_task_that_fails_with_the_worker_that_had_it_cached_is_tried_for_the_first_time_by_any()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var first = await hand.PollAsync();
        var sticky = hand.Service.PollWorkflowTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = "sticky", Kind = TaskQueueKind.Sticky, NormalName = hand.TaskQueue } });
        await hand.Service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = first.TaskToken,
            StickyAttributes = new() { WorkerTaskQueue = new() { Name = "sticky" }, ScheduleToStartTimeout = new() { Seconds = 10 } },
        });
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = (await sticky).TaskToken });
        Assert.That((await hand.PollAsync()).Attempt, Is.EqualTo(1));
        Assert.That((await hand.HistoryAsync("w")).Select(e => e.EventType), Has.One.EqualTo(EventType.WorkflowTaskFailed));
    }

#pragma warning disable CS0612 // Deprecated by the API; SDKs still send the namespace.
    private static IEnumerable<TestCaseData> ToAnotherNamespace()
    {
        static TestCaseData Case(WorkflowTaskFailedCause cause, Func<string, Command> command) => new TestCaseData(cause, command).SetArgDisplayNames($"{cause}");
        yield return Case(WorkflowTaskFailedCause.BadStartChildExecutionAttributes, name => new()
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new() { Namespace = name, WorkflowId = "c", WorkflowType = new() { Name = "child" } },
        });
        yield return Case(WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes, name => new()
        {
            CommandType = CommandType.SignalExternalWorkflowExecution,
            SignalExternalWorkflowExecutionCommandAttributes = new() { Namespace = name, Execution = new() { WorkflowId = "c" }, SignalName = "s" },
        });
        yield return Case(WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes, name => new()
        {
            CommandType = CommandType.RequestCancelExternalWorkflowExecution,
            RequestCancelExternalWorkflowExecutionCommandAttributes = new() { Namespace = name, WorkflowId = "c" },
        });
    }
#pragma warning restore CS0612

    [TestCaseSource(nameof(ToAnotherNamespace))]
    public async Task A_command_to_an_unknown_namespace_refuses_the_answer_and_the_task_goes_on(WorkflowTaskFailedCause cause, Func<string, Command> command)
    {
        _ = cause;
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var task = await hand.PollAsync();
        var refused = await AnswerRefusedAsync(hand, task, ManualWorker.Timer("t", TimeSpan.FromHours(1)), command("nowhere"));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.NotFound, "Namespace nowhere is not found.")));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken });
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.WorkflowTaskCompleted), "nothing of the first answer was kept");
    }

    [TestCaseSource(nameof(ToAnotherNamespace))]
    public async Task A_command_to_another_namespace_fails_the_task(WorkflowTaskFailedCause cause, Func<string, Command> command)
    {
        await using var server = await TestServer.StartAsync(new() { Namespaces = ["default", "other"] });
        var hand = await StartedAsync(server);
        var refused = await AnswerRefusedAsync(hand, await hand.PollAsync(), command("other"));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.InvalidArgument, $"{cause}: cross namespace commands are not allowed")));
        Assert.That((await hand.HistoryAsync("w"))[3].WorkflowTaskFailedEventAttributes.Cause, Is.EqualTo(cause));
    }

    [TestCase(0, false)]
    [TestCase(1, false)]
    [TestCase(2, true)]
    public async Task The_advice_to_continue_as_new_counts_what_came_between_schedule_and_start(int signals, bool advised)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { SuggestContinueAsNewEvents = 5 } });
        var hand = await StartedAsync(server);
        for (var i = 0; i < signals; i++)
        {
            await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        }

        var started = (await hand.PollAsync()).History.Events[^1];
        Assert.That(started.EventId, Is.EqualTo(signals + 3));
        Assert.That(started.WorkflowTaskStartedEventAttributes.SuggestContinueAsNew, Is.EqualTo(advised));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_workflow_that_is_about_to_end_takes_nothing_more_while_it_decides_again(bool signal)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var task = await hand.PollAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await AnswerRefusedAsync(hand, task, ManualWorker.Complete());
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        task = await hand.PollAsync();
        var update = new UpdateWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "w" },
            Request = new() { Meta = new() { UpdateId = "u" }, Input = new() { Name = "update" } },
        };
        var refused = (await Assert.ThrowsAsync<RpcException>(
            () => signal ? hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w")) : hand.Service.UpdateWorkflowExecutionAsync(update)))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.ResourceExhausted, "workflow operation can not be applied because workflow is closing")));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Timer("t", TimeSpan.FromHours(1)) } });
        await Assert.ThatAsync(() => hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w")), Throws.Nothing, "it has decided otherwise");
    }

    [Test]
    public async Task A_worker_may_not_go_on_because_its_answer_was_too_large()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        await hand.Service.RespondWorkflowTaskFailedAsync(
            new() { TaskToken = (await hand.PollAsync()).TaskToken, Cause = WorkflowTaskFailedCause.GrpcMessageTooLarge });
        Assert.That((await hand.HistoryAsync("w"))[^1].WorkflowExecutionTerminatedEventAttributes?.Reason, Is.EqualTo("GrpcMessageTooLarge"));
    }

    [Test]
    public async Task A_task_that_a_worker_prolongs_is_told_from_when_it_was_first_scheduled()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await StartedAsync(server);
        var handle = server.Client.GetWorkflowHandle("w");
        var first = (await handle.DescribeRawAsync()).PendingWorkflowTask;
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken, ForceCreateNewWorkflowTask = true });
        var prolonged = (await handle.DescribeRawAsync()).PendingWorkflowTask;
        Assert.That((prolonged.OriginalScheduledTime, prolonged.ScheduledTime > first.ScheduledTime), Is.EqualTo((first.ScheduledTime, true)));
        await hand.Service.RespondWorkflowTaskCompletedAsync(
            new() { TaskToken = (await hand.PollAsync()).TaskToken, ForceCreateNewWorkflowTask = true, Commands = { ManualWorker.Timer("t", TimeSpan.FromHours(1)) } });
        var another = (await handle.DescribeRawAsync()).PendingWorkflowTask;
        Assert.That(another.OriginalScheduledTime, Is.EqualTo(another.ScheduledTime), "it has decided something in between");
    }

    internal static async Task<ManualWorker> StartedAsync(TestServer server, int taskTimeout = 10)
    {
        var hand = new ManualWorker(server);
        var start = hand.Start("w");
        start.WorkflowTaskTimeout = new() { Seconds = taskTimeout };
        await hand.Service.StartWorkflowExecutionAsync(start);
        return hand;
    }

    private static async Task<RpcException> AnswerRefusedAsync(ManualWorker hand, PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        (await Assert.ThrowsAsync<RpcException>(() => hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { commands } })))!;
}
