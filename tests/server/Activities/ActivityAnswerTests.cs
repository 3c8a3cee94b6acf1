using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Activities;

/// <summary>What is said of an activity by id or by token, before a worker has it and after it has another.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ActivityAnswerTests
{
    private const string Gone = "invalid activityID or activity already timed out or invoking workflow is completed";

    private static readonly Google.Protobuf.WellKnownTypes.Duration Short = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(50));

    [TestCase("waiting")]
    [TestCase("between two tries")]
    [TestCase("paused")]
    public async Task One_that_nobody_has_begun_is_completed_by_id_with_a_start_before_the_completion(string state)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        if (state == "between two tries")
        {
            await FailAsync(hand, (await hand.PollActivityAsync()).TaskToken);
        }
        else if (state == "paused")
        {
            await hand.Service.PauseActivityAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w" }, Id = "a" });
        }

        await hand.Service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = "default", WorkflowId = "w", ActivityId = "a", Identity = "somebody", Result = ManualWorker.Payloads(1) });
        var events = (await hand.HistoryAsync("w")).Skip(5).ToList();
        Assert.That(events.Select(e => e.EventType), Is.EqualTo(new[] { EventType.ActivityTaskStarted, EventType.ActivityTaskCompleted, EventType.WorkflowTaskScheduled }));
        var started = events[0].ActivityTaskStartedEventAttributes;
        Assert.That((started.Identity, started.Attempt), Is.EqualTo(("somebody", state == "between two tries" ? 2 : 1)));
        Assert.That(events[1].ActivityTaskCompletedEventAttributes.StartedEventId, Is.EqualTo(events[0].EventId));
        Assert.That(events[1].ActivityTaskCompletedEventAttributes.ScheduledEventId, Is.EqualTo(5));
    }

    [Test]
    public async Task One_that_is_completed_by_id_while_the_workflow_decides_keeps_its_start()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var task = await hand.PollAsync();
        await hand.Service.RespondActivityTaskCompletedByIdAsync(new() { Namespace = "default", WorkflowId = "w", ActivityId = "a" });
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken });
        var events = await hand.HistoryAsync("w");
        var completed = events.Single(e => e.EventType == EventType.ActivityTaskCompleted);
        Assert.That(completed.ActivityTaskCompletedEventAttributes.StartedEventId, Is.EqualTo(events.Single(e => e.EventType == EventType.ActivityTaskStarted).EventId));
    }

    private static IEnumerable<TestCaseData> OthersById()
    {
        static TestCaseData Case(string name, Func<ManualWorker, Task> call) => new TestCaseData(call).SetArgDisplayNames(name);
        yield return Case("a failure", hand => hand.Service.RespondActivityTaskFailedByIdAsync(
            new() { Namespace = "default", WorkflowId = "w", ActivityId = "a", Failure = new() { Message = "no", ApplicationFailureInfo = new() } }));
        yield return Case("a cancellation", hand => hand.Service.RespondActivityTaskCanceledByIdAsync(new() { Namespace = "default", WorkflowId = "w", ActivityId = "a" }));
        yield return Case("a heartbeat", hand => hand.Service.RecordActivityTaskHeartbeatByIdAsync(new() { Namespace = "default", WorkflowId = "w", ActivityId = "a" }));
        yield return Case("a result that is too large", hand => hand.Service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = "default", WorkflowId = "w", ActivityId = "a", Result = ManualWorker.Payloads(1001) }));
    }

    [TestCaseSource(nameof(OthersById))]
    public async Task Of_one_that_nobody_has_begun_nothing_else_can_be_said_by_id(Func<ManualWorker, Task> call)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { BlobBytes = 1000 } });
        var hand = await ScheduledAsync(server);
        await RefusedAsync(() => call(hand), Code.NotFound, Gone);
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.ActivityTaskScheduled), "it left nothing");
        await FailAsync(hand, (await hand.PollActivityAsync()).TaskToken);
        await RefusedAsync(() => call(hand), Code.NotFound, Gone);
    }

    [Test]
    public async Task By_id_no_activity_is_found_that_is_not_pending()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        Task Complete(string activityId) => hand.Service.RespondActivityTaskCompletedByIdAsync(new() { Namespace = "default", WorkflowId = "w", ActivityId = activityId });
        await RefusedAsync(() => Complete("b"), Code.NotFound, "cannot find pending activity with ActivityID b, check workflow execution history for more details");
        await RefusedAsync(() => Complete(""), Code.InvalidArgument, "ActivityId is not set on request.");
        await Complete("a");
        await RefusedAsync(() => Complete("a"), Code.NotFound, "cannot find pending activity with ActivityID a, check workflow execution history for more details");
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        await RefusedAsync(() => Complete("a"), Code.NotFound, "workflow execution already completed");
    }

    private static IEnumerable<TestCaseData> ByToken()
    {
        static TestCaseData Case(string name, Func<ManualWorker, Google.Protobuf.ByteString, Task> call) => new TestCaseData(call).SetArgDisplayNames(name);
        yield return Case("a completion", (hand, token) => hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = token }));
        yield return Case("a failure", FailAsync);
        yield return Case("a cancellation", (hand, token) => hand.Service.RespondActivityTaskCanceledAsync(new() { TaskToken = token }));
        yield return Case("a heartbeat", (hand, token) => hand.Service.RecordActivityTaskHeartbeatAsync(new() { TaskToken = token }));
    }

    [TestCaseSource(nameof(ByToken))]
    public async Task A_token_is_worth_nothing_once_the_next_try_is_scheduled(Func<ManualWorker, Google.Protobuf.ByteString, Task> call)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        var first = (await hand.PollActivityAsync()).TaskToken;
        await FailAsync(hand, first);
        await RefusedAsync(() => call(hand, first), Code.NotFound, Gone);
    }

    [TestCaseSource(nameof(ByToken))]
    public async Task A_token_is_worth_nothing_once_its_try_has_timed_out(Func<ManualWorker, Google.Protobuf.ByteString, Task> call)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server, command => command.ScheduleActivityTaskCommandAttributes.StartToCloseTimeout = Short);
        var first = (await hand.PollActivityAsync()).TaskToken;
        await server.Client.GetWorkflowHandle("w").UntilAsync(description => description.PendingActivities.Single().Attempt == 2);
        await RefusedAsync(() => call(hand, first), Code.NotFound, Gone);
    }

    [Test]
    public async Task A_token_is_worth_something_while_its_try_is_paused()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        var token = (await hand.PollActivityAsync()).TaskToken;
        await hand.Service.PauseActivityAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w" }, Id = "a" });
        Assert.That((await hand.Service.RecordActivityTaskHeartbeatAsync(new() { TaskToken = token })).ActivityPaused, Is.True);
        await hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = token });
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.WorkflowTaskScheduled));
    }

    [Test]
    public async Task An_activity_that_was_not_asked_to_cancel_cannot_be_cancelled()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        var token = (await hand.PollActivityAsync()).TaskToken;
        await RefusedAsync(
            () => hand.Service.RespondActivityTaskCanceledAsync(new() { TaskToken = token }),
            Code.InvalidArgument,
            "unable to mark activity as canceled without activity being request canceled first");
    }

    [Test]
    public async Task A_failure_by_token_must_be_of_the_application()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server);
        var token = (await hand.PollActivityAsync()).TaskToken;
        await RefusedAsync(
            () => hand.Service.RespondActivityTaskFailedAsync(new() { TaskToken = token, Failure = new() { Message = "no", ServerFailureInfo = new() } }),
            Code.InvalidArgument,
            "Failure must have ApplicationFailureInfo.");
    }

    [Test]
    public async Task What_was_too_large_to_be_kept_of_a_failure_is_told()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { BlobBytes = 1000 } });
        var hand = await ScheduledAsync(server);
        var answer = await hand.Service.RespondActivityTaskFailedAsync(new()
        {
            TaskToken = (await hand.PollActivityAsync()).TaskToken,
            LastHeartbeatDetails = ManualWorker.Payloads(1001),
            Failure = new() { Message = new string('x', 1001), ApplicationFailureInfo = new() },
        });
        Assert.That(answer.Failures.Select(failure => failure.Message), Is.EqualTo(new[] { "Heartbeat details exceed size limit.", "Failure exceeds size limit." }));
    }

    [TestCase("ScheduleToClose", "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying", TimeoutType.ScheduleToClose)]
    [TestCase("ScheduleToStart", "activity ScheduleToStart timeout", TimeoutType.ScheduleToStart)]
    [TestCase("Heartbeat", "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying", TimeoutType.ScheduleToClose)]
    public async Task A_time_out_that_leaves_no_time_for_another_try_says_so(string which, string message, TimeoutType type)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server, command =>
        {
            var asked = command.ScheduleActivityTaskCommandAttributes;
            asked.RetryPolicy = new() { InitialInterval = new() { Seconds = 1000 } };
            asked.ScheduleToStartTimeout = which == "ScheduleToStart" ? Short : null;
            asked.HeartbeatTimeout = which == "Heartbeat" ? Short : null;
            asked.ScheduleToCloseTimeout = which == "ScheduleToClose" ? Short : asked.ScheduleToCloseTimeout;
        });
        if (which == "Heartbeat")
        {
            await hand.PollActivityAsync();
        }

        await server.Client.GetWorkflowHandle("w").UntilAsync(description => description.PendingActivities.Count == 0);
        var timedOut = (await hand.HistoryAsync("w")).Single(e => e.EventType == EventType.ActivityTaskTimedOut).ActivityTaskTimedOutEventAttributes;
        Assert.That(
            (timedOut.Failure.Message, timedOut.Failure.TimeoutFailureInfo.TimeoutType, timedOut.RetryState), Is.EqualTo((message, type, RetryState.Timeout)));
    }

    [Test]
    public async Task A_delay_that_the_failure_asks_for_goes_before_the_policys_longest()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ScheduledAsync(server, command => command.ScheduleActivityTaskCommandAttributes.RetryPolicy = new() { MaximumInterval = new() { Seconds = 1 } });
        await hand.Service.RespondActivityTaskFailedAsync(new()
        {
            TaskToken = (await hand.PollActivityAsync()).TaskToken,
            Failure = new() { Message = "later", ApplicationFailureInfo = new() { NextRetryDelay = new() { Seconds = 100 } } },
        });
        var pending = (await server.Client.GetWorkflowHandle("w").DescribeRawAsync()).PendingActivities.Single();
        Assert.That(pending.CurrentRetryInterval.ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(100)).Within(TimeSpan.FromMilliseconds(1)));
    }

    internal static async Task<ManualWorker> ScheduledAsync(TestServer server, Action<Temporalio.Api.Command.V1.Command>? amend = null)
    {
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var activity = ManualWorker.Activity("a", hand.TaskQueue);
        amend?.Invoke(activity);
        await hand.WorkAsync(activity);
        return hand;
    }

    private static Task<RespondActivityTaskFailedResponse> FailAsync(ManualWorker hand, Google.Protobuf.ByteString token) =>
        hand.Service.RespondActivityTaskFailedAsync(new() { TaskToken = token, Failure = new() { Message = "not yet", ApplicationFailureInfo = new() } });

    private static async Task RefusedAsync(Func<Task> call, Code code, string message)
    {
        var refused = (await Assert.ThrowsAsync<RpcException>(call))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, message)));
    }
}
