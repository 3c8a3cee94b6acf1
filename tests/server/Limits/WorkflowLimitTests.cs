using EmbeddedTemporal.Common;
using Google.Protobuf;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Limits;

/// <summary>What a workflow may ask for, and how long it may become.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class WorkflowLimitTests
{
    private static IEnumerable<TestCaseData> Pending()
    {
        static TestCaseData Case(WorkflowTaskFailedCause cause, ServerLimits limits, Func<string, Command> command) =>
            new TestCaseData(cause, limits, command).SetArgDisplayNames($"{cause}");
        yield return Case(WorkflowTaskFailedCause.PendingActivitiesLimitExceeded, new() { PendingActivities = 2 }, id => ManualWorker.Activity(id, "elsewhere"));
        yield return Case(WorkflowTaskFailedCause.PendingChildWorkflowsLimitExceeded, new() { PendingChildren = 2 }, id => new()
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = id, WorkflowType = new() { Name = "child" }, TaskQueue = new() { Name = "elsewhere" } },
        });
        yield return Case(WorkflowTaskFailedCause.PendingSignalsLimitExceeded, new() { PendingSignals = 2 }, id => new()
        {
            CommandType = CommandType.SignalExternalWorkflowExecution,
            SignalExternalWorkflowExecutionCommandAttributes = new() { Execution = new() { WorkflowId = id }, SignalName = "signal" },
        });
        yield return Case(WorkflowTaskFailedCause.PendingRequestCancelLimitExceeded, new() { PendingCancelRequests = 2 }, id => new()
        {
            CommandType = CommandType.RequestCancelExternalWorkflowExecution,
            RequestCancelExternalWorkflowExecutionCommandAttributes = new() { WorkflowId = id },
        });
    }

    [TestCaseSource(nameof(Pending))]
    public async Task Too_many_pending_of_a_kind_fail_the_workflow_task_and_none_of_them_begins(
        WorkflowTaskFailedCause cause, ServerLimits limits, Func<string, Command> command)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = limits });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await Assert.ThatAsync(
            () => hand.WorkAsync(command("one"), command("two"), command("three")),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.InvalidArgument).And.Message.Contains("has reached the per-workflow limit of 2"));
        var history = await hand.HistoryAsync("w");

        // Behind the failed task the history shows the next try's events, which are not written yet; none is of a command.
        Assert.That(history[3].WorkflowTaskFailedEventAttributes?.Cause, Is.EqualTo(cause));
        Assert.That(history.Skip(4).All(pending => pending.EventType is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted));
        await Assert.ThatAsync(() => hand.WorkAsync(command("one"), command("two")), Throws.Nothing);
    }

    private static IEnumerable<TestCaseData> TooLarge()
    {
        static TestCaseData Case(string reason, Command command) => new TestCaseData(reason, command).SetArgDisplayNames(reason);
        var large = ManualWorker.Payloads(1001);
        var activity = ManualWorker.Activity("a", "elsewhere");
        activity.ScheduleActivityTaskCommandAttributes.Input = large;
        yield return Case("BadScheduleActivityAttributes: ScheduleActivityTaskCommandAttributes.Input exceeds size limit.", activity);
        yield return Case(
            "BadScheduleActivityAttributes: CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.", ManualWorker.Complete(large));
        yield return Case("BadFailWorkflowExecutionAttributes: FailWorkflowExecutionCommandAttributes.Failure exceeds size limit.", new Command
        {
            CommandType = CommandType.FailWorkflowExecution,
            FailWorkflowExecutionCommandAttributes = new() { Failure = new() { Message = new string('x', 1001) } },
        });
        yield return Case("BadStartChildExecutionAttributes: StartChildWorkflowExecutionCommandAttributes. Input exceeds size limit.", new Command
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "c", WorkflowType = new() { Name = "child" }, Input = large },
        });
        yield return Case("BadSignalWorkflowExecutionAttributes: SignalExternalWorkflowExecutionCommandAttributes.Input exceeds size limit.", new Command
        {
            CommandType = CommandType.SignalExternalWorkflowExecution,
            SignalExternalWorkflowExecutionCommandAttributes = new() { Execution = new() { WorkflowId = "x" }, SignalName = "signal", Input = large },
        });
        yield return Case("BadContinueAsNewAttributes: ContinueAsNewWorkflowExecutionCommandAttributes. Input exceeds size limit.", new Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new() { Input = large },
        });
        yield return Case("BadRecordMarkerAttributes: RecordMarkerCommandAttributes.Details exceeds size limit.", new Command
        {
            CommandType = CommandType.RecordMarker,
            RecordMarkerCommandAttributes = new() { MarkerName = "m", Details = { ["d"] = large } },
        });
        yield return Case("BadModifyWorkflowPropertiesAttributes: ModifyWorkflowPropertiesCommandAttributes. Memo exceeds size limit.", new Command
        {
            CommandType = CommandType.ModifyWorkflowProperties,
            ModifyWorkflowPropertiesCommandAttributes = new()
            {
                UpsertedMemo = new() { Fields = { ["note"] = new() { Data = ByteString.CopyFrom(new byte[600]) } } },
            },
        });
    }

    [TestCaseSource(nameof(TooLarge))]
    public async Task Something_too_large_in_a_command_terminates_the_workflow(string reason, Command command)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { BlobBytes = 1000, MemoBytes = 500 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await Assert.ThatAsync(() => hand.WorkAsync(command), Throws.TypeOf<RpcException>().With.Message.Contains(reason));
        var history = await hand.HistoryAsync("w");
        Assert.That(history[^2].EventType, Is.EqualTo(EventType.WorkflowTaskFailed));
        Assert.That(history[^1].WorkflowExecutionTerminatedEventAttributes?.Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task A_search_attribute_that_is_too_large_terminates_the_workflow_that_upserts_it()
    {
        await using var server = await TestServer.StartAsync(new()
        {
            SearchAttributes = Enumerable.Range(0, 22).ToDictionary(
                i => $"Attribute{i}",
                i => i < 10 ? IndexedValueType.Keyword : ((IndexedValueType[])[IndexedValueType.Text, IndexedValueType.Int, IndexedValueType.Double, IndexedValueType.Bool])[(i - 10) / 3]),
        });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync([.. Enumerable.Range(0, 20).Select(Upsert), ManualWorker.Timer("t", TimeSpan.Zero)]);
        await Assert.ThatAsync(
            () => hand.WorkAsync(Upsert(20)),
            Throws.TypeOf<RpcException>().With.Message.Contains("total size of search attributes").And.Message.Contains("exceeds size limit 40960"));
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.WorkflowExecutionTerminated));

        static string Json(int number) => number switch { < 13 => "\"x\"", < 19 => "1", _ => "true" };
        static Command Upsert(int number) => new()
        {
            CommandType = CommandType.UpsertWorkflowSearchAttributes,
            UpsertWorkflowSearchAttributesCommandAttributes = new()
            {
                SearchAttributes = new()
                {
                    IndexedFields = { [$"Attribute{number}"] = new() { Data = ByteString.CopyFromUtf8(Json(number).PadRight(2000)), Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") } } },
                },
            },
        };
    }

    [TestCase(101, 0)]
    [TestCase(2, 1 << 20)]
    public async Task A_task_that_more_waits_for_than_may_is_taken_from_its_worker(int signals, int bytes)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var first = await hand.PollAsync();
        for (var i = 0; i < signals; i++)
        {
            var signal = hand.Signal("w");
            signal.Input = ManualWorker.Payloads(bytes);
            Assert.That(await hand.HistoryAsync("w"), Has.Count.EqualTo(3), "all wait");
            await hand.Service.SignalWorkflowExecutionAsync(signal);
        }

        await Assert.ThatAsync(
            () => hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = first.TaskToken }), Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.NotFound));
        var next = await hand.PollAsync();
        Assert.That(next.Attempt, Is.EqualTo(1));
        Assert.That(next.History.Events[3].WorkflowTaskFailedEventAttributes?.Cause, Is.EqualTo(WorkflowTaskFailedCause.ForceCloseCommand));
        Assert.That(next.History.Events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled), Is.EqualTo(signals));
    }

    [Test]
    public async Task A_history_with_too_many_events_ends_in_termination()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { HistoryEvents = 6 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await Assert.ThatAsync(
            () => hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w")),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.InvalidArgument).And.Message.Contains("Workflow history count exceeds limit."));
        var history = await hand.HistoryAsync("w");
        Assert.That(history[^1].WorkflowExecutionTerminatedEventAttributes?.Reason, Is.EqualTo("Workflow history count exceeds limit."));
        Assert.That(history.Count(e => e.EventType == EventType.WorkflowExecutionSignaled), Is.EqualTo(1), "what broke the limit left nothing");
    }

    [Test]
    public async Task A_history_that_is_too_large_ends_in_termination()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { HistorySizeBytes = 5000, SuggestContinueAsNewBytes = 1000 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(Large());
        var task = await hand.PollAsync();
        Assert.That(task.History.Events[^1].WorkflowTaskStartedEventAttributes.SuggestContinueAsNew, Is.True);
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken });
        await Assert.ThatAsync(
            () => hand.Service.SignalWorkflowExecutionAsync(Large()),
            Throws.TypeOf<RpcException>().With.Message.Contains("Workflow history size exceeds limit."));
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.WorkflowExecutionTerminated));

        Temporalio.Api.WorkflowService.V1.SignalWorkflowExecutionRequest Large()
        {
            var signal = hand.Signal("w");
            signal.Input = ManualWorker.Payloads(3000);
            return signal;
        }
    }

    [TestCase("result", "Complete result exceeds size limit.")]
    [TestCase("failure", "Failure exceeds size limit.")]
    [TestCase("heartbeat", "Heartbeat details exceed size limit.")]
    public async Task What_an_activity_says_too_much_of_fails_it_for_good(string what, string words)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { BlobBytes = 1000, BlobWarnBytes = 400 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync(ManualWorker.Activity("a", hand.TaskQueue));
        var token = (await hand.PollActivityAsync()).TaskToken;
        switch (what)
        {
            case "result":
                await hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = token, Result = ManualWorker.Payloads(1001) });
                break;
            case "failure":
                await hand.Service.RespondActivityTaskFailedAsync(new() { TaskToken = token, Failure = new() { Message = new string('x', 1001), ApplicationFailureInfo = new() } });
                break;
            default:
                var heartbeat = await hand.Service.RecordActivityTaskHeartbeatAsync(new() { TaskToken = token, Details = ManualWorker.Payloads(1001) });
                Assert.That(heartbeat.CancelRequested, Is.True);
                break;
        }

        var failed = (await hand.HistoryAsync("w")).Single(e => e.EventType == EventType.ActivityTaskFailed).ActivityTaskFailedEventAttributes;
        Assert.That(failed.Failure.Message, Is.EqualTo(words));
        Assert.That(failed.Failure.ServerFailureInfo.NonRetryable, Is.True);
        Assert.That(failed.CalculateSize(), Is.LessThan(1000));
    }
}
