using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>Where a reset may begin, what of the time after it counts again, and what history then tells.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ResetRuleTests
{
    private static readonly EventType[] TakenOver = [EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowExecutionSignaled];

    [TestCase(1, "Workflow task finish ID must be > 1 && <= workflow last event ID.")]
    [TestCase(5, "Workflow task finish ID must be > 1 && <= workflow last event ID.")]
    [TestCase(2, "Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: 2")]
    public async Task An_event_with_no_task_pending_before_it_is_refused(long eventId, string message)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        await RefusedAsync(hand, Reset(eventId), message);
    }

    [Test]
    public async Task A_reset_has_an_id_and_sends_no_signal()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        var nameless = Reset(4);
        nameless.RequestId = "";
        await RefusedAsync(hand, nameless, "RequestId is not set on request.");
        var signals = Reset(4);
        signals.PostResetOperations.Add(new Temporalio.Api.Workflow.V1.PostResetOperation { SignalWorkflow = new() { SignalName = "s" } });
        await RefusedAsync(hand, signals, "unsupported post reset operation: SignalWorkflow");
    }

    [TestCase(3, false)]
    [TestCase(4, true)]
    [TestCase(5, true)]
    public async Task A_task_may_be_ended_from_its_schedule_to_its_end(long eventId, bool signalled)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await hand.WorkAsync();
        await hand.Service.ResetWorkflowExecutionAsync(Reset(eventId));
        var events = await hand.HistoryAsync("w");
        Assert.That(
            events.Select(e => e.EventType).TakeWhile(type => type != EventType.WorkflowTaskFailed),
            Is.EqualTo(TakenOver.Take(signalled ? 3 : 2).Append(EventType.WorkflowTaskStarted)));
        var failed = events.Single(e => e.EventType == EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes;
        Assert.That((failed.Cause, failed.Identity, failed.Failure.Message), Is.EqualTo((WorkflowTaskFailedCause.ResetWorkflow, "history-service", "again")));
        Assert.That(events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled), Is.EqualTo(1), "taken over, or applied again");
    }

    [Test]
    public async Task A_task_that_failed_may_be_the_point_as_well()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken });
        await hand.WorkAsync();
        await hand.Service.ResetWorkflowExecutionAsync(Reset(5));
        Assert.That(
            (await hand.HistoryAsync("w")).Skip(2).Select(e => e.EventType),
            Is.EqualTo(new[] { EventType.WorkflowTaskStarted, EventType.WorkflowTaskFailed, EventType.WorkflowTaskScheduled }));
    }

    [Test]
    public async Task Signals_and_attached_starts_count_again_and_a_request_to_cancel_does_not()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var attached = hand.Start("w");
        attached.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        attached.OnConflictOptions = new() { AttachRequestId = true };
        await hand.Service.StartWorkflowExecutionAsync(attached);
        await hand.Service.RequestCancelWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var runId = (await hand.Service.ResetWorkflowExecutionAsync(Reset(4))).RunId;
        var events = await hand.HistoryAsync("w");
        Assert.That(
            events.Skip(4).Select(e => e.EventType),
            Is.EqualTo(new[] { EventType.WorkflowExecutionSignaled, EventType.WorkflowExecutionOptionsUpdated, EventType.WorkflowTaskScheduled }));
        Assert.That(events[4].WorkflowExecutionSignaledEventAttributes.RequestId, Is.Empty);
        Assert.That((await hand.Service.StartWorkflowExecutionAsync(attached)).RunId, Is.EqualTo(runId), "the attached start is still known");
    }

    [Test]
    public async Task The_run_before_is_ended_by_the_resetter_for_the_reason_given()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        var before = (await server.Client.GetWorkflowHandle("w").DescribeAsync()).RunId;
        await hand.Service.ResetWorkflowExecutionAsync(Reset(4));
        var end = (await server.Client.GetWorkflowHandle("w", before).FetchHistoryAsync()).Events.Last().WorkflowExecutionTerminatedEventAttributes;
        Assert.That((end.Reason, end.Identity), Is.EqualTo(("again", "history-resetter")));
    }

    [Test]
    public async Task The_start_that_made_the_first_run_is_answered_with_the_newest()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var start = hand.Start("w");
        await hand.Service.StartWorkflowExecutionAsync(start);
        await hand.WorkAsync();
        var reset = await hand.Service.ResetWorkflowExecutionAsync(Reset(4));
        var again = await hand.Service.StartWorkflowExecutionAsync(start);
        Assert.That((again.RunId, again.Started), Is.EqualTo((reset.RunId, true)));
    }

    [Test]
    public async Task A_run_that_is_not_the_newest_tells_what_took_its_place_and_the_newest_does_not()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        var first = (await server.Client.GetWorkflowHandle("w").DescribeAsync()).RunId;
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var second = (await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"))).RunId;
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var request = Reset(4);
        request.WorkflowExecution.RunId = first;
        var reset = (await hand.Service.ResetWorkflowExecutionAsync(request)).RunId;
        async Task<(WorkflowExecutionStatus, string)> DescribedAsync(string runId)
        {
            var described = await server.Client.GetWorkflowHandle("w", runId).DescribeRawAsync();
            return (described.WorkflowExecutionInfo.Status, described.WorkflowExtendedInfo.ResetRunId);
        }

        Assert.That(await DescribedAsync(first), Is.EqualTo((WorkflowExecutionStatus.Terminated, reset)));
        Assert.That(await DescribedAsync(second), Is.EqualTo((WorkflowExecutionStatus.Terminated, "")));
        Assert.That((await hand.HistoryAsync("w")).Select(e => e.EventType), Has.None.EqualTo(EventType.WorkflowExecutionSignaled), "no continuation of the first");
    }

    [Test]
    public async Task An_activity_has_its_time_again_and_one_that_was_at_work_fails()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync(ManualWorker.Activity("waits", "another-queue"), ManualWorker.Activity("works", hand.TaskQueue));
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var activity = await hand.PollActivityAsync();
        await hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = activity.TaskToken });
        await hand.WorkAsync();
        var before = await hand.HistoryAsync("w");
        var completed = before.Single(e => e.EventType == EventType.ActivityTaskCompleted);
        await hand.Service.ResetWorkflowExecutionAsync(Reset(completed.EventId));
        var failed = (await hand.HistoryAsync("w")).Single(e => e.EventType == EventType.ActivityTaskFailed).ActivityTaskFailedEventAttributes;
        Assert.That(
            (failed.StartedEventId, failed.RetryState, failed.Failure.ResetWorkflowFailureInfo is not null, failed.Failure.Message),
            Is.EqualTo((completed.ActivityTaskCompletedEventAttributes.StartedEventId, RetryState.NonRetryableFailure, true, "again")));
        var described = await server.Client.GetWorkflowHandle("w").DescribeRawAsync();
        Assert.That(described.PendingActivities.Single().ActivityId, Is.EqualTo("waits"));
        Assert.That(described.PendingActivities.Single().ScheduledTime, Is.EqualTo(described.WorkflowExtendedInfo.LastResetTime));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_the_runs_got_that_it_continued_as_counts_again_unless_everything_is_excluded(bool excluded)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { RunInterval = TimeSpan.Zero } });
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        var first = (await server.Client.GetWorkflowHandle("w").DescribeAsync()).RunId;
        await hand.WorkAsync(new Temporalio.Api.Command.V1.Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new() { WorkflowType = new() { Name = "by-hand" }, TaskQueue = new() { Name = hand.TaskQueue } },
        });
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w", "written"));
        await hand.PollAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w", "buffered"));
        var request = Reset(4);
        request.WorkflowExecution.RunId = first;
        if (excluded)
        {
            request.ResetReapplyExcludeTypes.Add(Enum.GetValues<ResetReapplyExcludeType>().Where(type => type != ResetReapplyExcludeType.Unspecified));
        }

        await hand.Service.ResetWorkflowExecutionAsync(request);
        Assert.That(
            (await hand.HistoryAsync("w")).Where(e => e.EventType == EventType.WorkflowExecutionSignaled).Select(e => e.WorkflowExecutionSignaledEventAttributes.SignalName),
            Is.EqualTo(excluded ? Array.Empty<string>() : ["written", "buffered"]));
    }

    private static ResetWorkflowExecutionRequest Reset(long eventId) => new()
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = "w" },
        Reason = "again",
        RequestId = Guid.NewGuid().ToString(),
        WorkflowTaskFinishEventId = eventId,
    };

    private static async Task RefusedAsync(ManualWorker hand, ResetWorkflowExecutionRequest request, string message)
    {
        var refused = (await Assert.ThrowsAsync<RpcException>(() => hand.Service.ResetWorkflowExecutionAsync(request)))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.InvalidArgument, message)));
    }
}
