using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using WorkflowExecution = Temporalio.Api.Common.V1.WorkflowExecution;

namespace OrderOrchestration.Tests.Server.Activities;

/// <summary>What operators do to activities that are not done yet.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ActivityOperationTests
{
    private const string Queue = "activities";

    [Test]
    public async Task A_pause_is_described_with_who_and_why()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        await server.Client.WorkflowService.PauseActivityAsync(
            new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", Identity = "operator", Reason = "look into it" });
        var pending = (await handle.DescribeRawAsync()).PendingActivities.Single();
        Assert.That((pending.Paused, pending.PauseInfo.Manual.Identity, pending.PauseInfo.Manual.Reason), Is.EqualTo((true, "operator", "look into it")));
        Assert.That(pending.ActivityOptions.StartToCloseTimeout.ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(10)));
        Assert.That((await server.Client.CountWorkflowsAsync("TemporalPauseInfo = 'property:activityType=Any'")).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Pausing_again_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        Task Pause(string reason) => server.Client.WorkflowService.PauseActivityAsync(
            new() { Namespace = "default", Execution = Execution(handle), Type = "Any", RequestId = reason, Reason = reason });
        await Pause("first");
        await Pause("second");
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().PauseInfo.Manual.Reason, Is.EqualTo("first"));
    }

    [Test]
    public async Task A_paused_activity_does_not_time_out_before_it_is_unpaused()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var activity = ManualWorker.Activity("the-activity", hand.TaskQueue);
        activity.ScheduleActivityTaskCommandAttributes.ScheduleToCloseTimeout = new() { Seconds = 3 };
        await hand.WorkAsync(activity, ManualWorker.Timer("later", TimeSpan.FromSeconds(4)));
        await hand.PollActivityAsync();
        var handle = server.Client.GetWorkflowHandle("w");
        await PauseAsync(server, handle);
        Assert.That((await hand.PollAsync()).History.Events[^3].EventType, Is.EqualTo(EventType.TimerFired), "later than the activity's time");
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().State, Is.EqualTo(PendingActivityState.PauseRequested));
        await server.Client.WorkflowService.UnpauseActivityAsync(new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity" });
        await handle.UntilAsync(description => description.PendingActivities.Count == 0);
    }

    [Test]
    public async Task Unpausing_with_fresh_attempts_does_not_disturb_the_running_one()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        var task = await PollAsync(server);
        await server.Client.WorkflowService.PauseActivityAsync(new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity" });
        Assert.That((await HeartbeatAsync(server, task)).ActivityPaused, Is.True);
        await server.Client.WorkflowService.UnpauseActivityAsync(
            new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", ResetAttempts = true });
        var beat = await HeartbeatAsync(server, task);
        Assert.That((beat.ActivityPaused, beat.ActivityReset, beat.CancelRequested), Is.EqualTo((false, false, false)));
    }

    [Test]
    public async Task A_reset_tells_a_first_attempt_that_runs_and_the_next_comes_after_it()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10), RetrySeconds = 0.01 });
        var first = await PollAsync(server);
        await HeartbeatAsync(server, first);
        await ResetAsync(server, handle, resetHeartbeat: true);
        Assert.That((await HeartbeatAsync(server, first)).ActivityReset, Is.True);
        await FailAsync(server, first);
        var next = await PollAsync(server);
        Assert.That((next.Attempt, next.HeartbeatDetails), Is.EqualTo((2, default(Payloads))));
        Assert.That((await HeartbeatAsync(server, next)).ActivityReset, Is.False);
    }

    [Test]
    public async Task A_reset_takes_the_word_from_a_later_attempt_that_runs([Values] bool unpause)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10), RetrySeconds = 0.01 });
        await FailAsync(server, await PollAsync(server));
        var second = await PollAsync(server);
        Assert.That(second.Attempt, Is.EqualTo(2));
        if (unpause)
        {
            await PauseAsync(server, handle);
            await server.Client.WorkflowService.UnpauseActivityAsync(
                new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", ResetAttempts = true });
        }
        else
        {
            await ResetAsync(server, handle);
        }

        var pending = (await handle.DescribeRawAsync()).PendingActivities.Single();
        Assert.That((pending.Attempt, pending.State), Is.EqualTo((1, PendingActivityState.Started)));
        foreach (var answer in new Func<Task>[] { () => HeartbeatAsync(server, second), () => FailAsync(server, second) })
        {
            Assert.That((await Assert.ThrowsAsync<RpcException>(answer))!.Code, Is.EqualTo(RpcException.StatusCode.NotFound));
        }
    }

    [Test]
    public async Task A_reset_of_an_activity_that_waits_to_be_tried_again_has_it_tried_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10), RetrySeconds = 3600 });
        await FailAsync(server, await PollAsync(server));
        await ResetAsync(server, handle);
        Assert.That((await PollAsync(server)).Attempt, Is.EqualTo(1));
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().LastFailure, Is.Null, "what it failed of before is forgotten");
    }

    [Test]
    public async Task A_reset_ends_the_pause_of_an_activity_that_waits_unless_it_is_to_be_kept([Values] bool keep)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        await PauseAsync(server, handle);
        await ResetAsync(server, handle, keepPaused: keep);
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().Paused, Is.EqualTo(keep));
    }

    [Test]
    public async Task A_reset_does_not_end_the_pause_of_an_activity_that_runs([Values] bool keep)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        await PollAsync(server);
        await PauseAsync(server, handle);
        await ResetAsync(server, handle, keepPaused: keep);
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().State, Is.EqualTo(PendingActivityState.PauseRequested));
    }

    [TestCase("no such activity")]
    [TestCase("")]
    public async Task An_operation_on_no_activity_is_refused(string id)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        var reset = new ResetActivityRequest { Namespace = "default", Execution = Execution(handle), MatchAll = true };
        var unpause = new UnpauseActivityRequest { Namespace = "default", Execution = Execution(handle), UnpauseAll = true };
        if (id.Length > 0)
        {
            (reset.Id, unpause.Id) = (id, id);
        }

        foreach (var call in new Func<Task>[] { () => server.Client.WorkflowService.ResetActivityAsync(reset), () => server.Client.WorkflowService.UnpauseActivityAsync(unpause) })
        {
            Assert.That((await Assert.ThrowsAsync<RpcException>(call))!.Code, Is.EqualTo(RpcException.StatusCode.NotFound));
        }

        var unnamed = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.WorkflowService.PauseActivityAsync(new() { Namespace = "default", Execution = Execution(handle) }));
        Assert.That(unnamed!.Message, Is.EqualTo("Either Activity.Id or Activity.Type should be set on request."));
    }

    [Test]
    public async Task A_shorter_retry_interval_brings_the_next_attempt_forward()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10), RetrySeconds = 3600 });
        await FailAsync(server, await PollAsync(server));
        var options = new ActivityOptions { RetryPolicy = new() { InitialInterval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) } };
        await UpdateAsync(server, handle, options, "retry_policy.initial_interval");
        Assert.That((await PollAsync(server)).Attempt, Is.EqualTo(2));
    }

    [TestCase("task_queue.name")]
    [TestCase("taskQueue.name")]
    public async Task A_waiting_activity_moves_to_another_task_queue(string path)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        await UpdateAsync(server, handle, new() { TaskQueue = new() { Name = "elsewhere" } }, path);
        var left = await server.Client.WorkflowService.PollActivityTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = Queue } }, new() { Timeout = TimeSpan.FromSeconds(1.2) });
        Assert.That(left.TaskToken, Is.Empty);
        Assert.That((await PollAsync(server, "elsewhere")).ActivityId, Is.EqualTo("the-activity"));
    }

    [Test]
    public async Task Options_are_replaced_bounded_and_restored()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10.5) });
        var changes = new ActivityOptions { StartToCloseTimeout = new() { Seconds = 5 }, HeartbeatTimeout = new() { Seconds = 60 } };
        var updated = (await UpdateAsync(server, handle, changes, "start_to_close_timeout", "heartbeat_timeout")).ActivityOptions;
        Assert.That(updated.StartToCloseTimeout.ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(5)), "replaced, not merged");
        Assert.That(updated.HeartbeatTimeout.ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(5)), "no longer than an attempt");
        var restored = await server.Client.WorkflowService.UpdateActivityOptionsAsync(
            new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", RestoreOriginal = true });
        Assert.That(restored.ActivityOptions.StartToCloseTimeout.ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(10.5)));
    }

    [Test]
    public async Task Options_that_leave_no_valid_set_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await ScheduledAsync(server, new() { Activity = "Any", StartToClose = TimeSpan.FromSeconds(10) });
        Assert.That(
            (await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(server, handle, new() { RetryPolicy = new() { MaximumAttempts = -1 } }, "retry_policy.maximum_attempts")))!.Message,
            Is.EqualTo("MaximumAttempts cannot be negative on retry policy."));
        Assert.That(
            (await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(server, handle, new(), "start_to_close_timeout")))!.Code, Is.EqualTo(RpcException.StatusCode.InvalidArgument));
        Assert.That((await handle.DescribeRawAsync()).PendingActivities.Single().ActivityOptions.StartToCloseTimeout.Seconds, Is.EqualTo(10));
    }

    private static WorkflowExecution Execution(WorkflowHandle handle) => new() { WorkflowId = handle.Id };

    /// <summary>Starts a workflow whose activity waits on the queue that the test polls.</summary>
    private static async Task<WorkflowHandle> ScheduledAsync(TestServer server, ActivityPlan plan)
    {
        var onQueue = plan with { TaskQueue = Queue };
        var handle = await server.Client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(onQueue), server.NewWorkflow());
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>(), () => handle.UntilAsync(description => description.PendingActivities.Count == 1));
        return handle;
    }

    private static Task<PauseActivityResponse> PauseAsync(TestServer server, WorkflowHandle handle) =>
        server.Client.WorkflowService.PauseActivityAsync(new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity" });

    private static Task<ResetActivityResponse> ResetAsync(TestServer server, WorkflowHandle handle, bool resetHeartbeat = false, bool keepPaused = false) =>
        server.Client.WorkflowService.ResetActivityAsync(
            new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", ResetHeartbeat = resetHeartbeat, KeepPaused = keepPaused });

    private static Task<PollActivityTaskQueueResponse> PollAsync(TestServer server, string queue = Queue) =>
        server.Client.WorkflowService.PollActivityTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = queue } });

    private static Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(TestServer server, PollActivityTaskQueueResponse task) =>
        server.Client.WorkflowService.RecordActivityTaskHeartbeatAsync(
            new() { Namespace = "default", TaskToken = task.TaskToken, Details = new() { Payloads_ = { new Payload() } } });

    private static Task<RespondActivityTaskFailedResponse> FailAsync(TestServer server, PollActivityTaskQueueResponse task) => server.Client.WorkflowService.RespondActivityTaskFailedAsync(
        new() { Namespace = "default", TaskToken = task.TaskToken, Failure = new() { Message = "not yet", ApplicationFailureInfo = new() } });

    private static Task<UpdateActivityOptionsResponse> UpdateAsync(TestServer server, WorkflowHandle handle, ActivityOptions options, params string[] paths) =>
        server.Client.WorkflowService.UpdateActivityOptionsAsync(
            new() { Namespace = "default", Execution = Execution(handle), Id = "the-activity", ActivityOptions = options, UpdateMask = new() { Paths = { paths } } });
}
