using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server.Activities;

/// <summary>Attempts of activities: retried, timed out, cancelled, completed from elsewhere.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ActivityTests
{
    [Test]
    public async Task An_activity_is_tried_until_it_succeeds_and_attempts_leave_no_events()
    {
        await using var server = await TestServer.StartAsync();
        var activity = ActivityDefinition.Create("Flaky", typeof(string), [], 0, _ =>
            ActivityExecutionContext.Current.Info.Attempt < 3 ? throw new InvalidOperationException("not yet") : "third time lucky");
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>().AddActivity(activity), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync(
                (ActivityWorkflow wf) => wf.RunAsync(new() { Activity = "Flaky", StartToClose = TimeSpan.FromSeconds(10) }), server.NewWorkflow());
            Assert.That(await handle.GetResultAsync(), Is.EqualTo("third time lucky"));
            var started = (await handle.FetchHistoryAsync()).Events.Where(e => e.EventType == EventType.ActivityTaskStarted).ToList();
            Assert.That(started, Has.Count.EqualTo(1));
            Assert.That(started[0].ActivityTaskStartedEventAttributes.Attempt, Is.EqualTo(3));
        });
    }

    [Test]
    public async Task An_activity_fails_when_its_attempts_are_used_up()
    {
        await using var server = await TestServer.StartAsync();
        var activity = ActivityDefinition.Create("Broken", typeof(string), [], 0, _ => throw new InvalidOperationException("for good"));
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>().AddActivity(activity), async () =>
        {
            var plan = new ActivityPlan { Activity = "Broken", StartToClose = TimeSpan.FromSeconds(10), MaximumAttempts = 2 };
            Assert.That(await server.Client.ExecuteWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow()), Is.EqualTo("for good"));
        });
    }

    [TestCase("ScheduleToStart")]
    [TestCase("ScheduleToClose")]
    public async Task An_activity_that_no_worker_takes_times_out(string timeout)
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>(), async () =>
        {
            var span = TimeSpan.FromMilliseconds(100);
            var plan = new ActivityPlan
            {
                Activity = "Nowhere",
                TaskQueue = "nobody-listens",
                StartToClose = TimeSpan.FromSeconds(10),
                ScheduleToStart = timeout == "ScheduleToStart" ? span : null,
                ScheduleToClose = timeout == "ScheduleToClose" ? span : null,
            };
            Assert.That(await server.Client.ExecuteWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow()), Is.EqualTo(timeout));
        });
    }

    [TestCase("StartToClose")]
    [TestCase("Heartbeat")]
    public async Task An_activity_that_falls_silent_times_out(string timeout)
    {
        await using var server = await TestServer.StartAsync();
        var activity = ActivityDefinition.Create("Silent", typeof(string), [], 0, _ => throw new CompleteAsyncException());
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>().AddActivity(activity), async () =>
        {
            var span = TimeSpan.FromMilliseconds(100);
            var plan = new ActivityPlan
            {
                Activity = "Silent",
                MaximumAttempts = 1,
                StartToClose = timeout == "StartToClose" ? span : TimeSpan.FromSeconds(10),
                Heartbeat = timeout == "Heartbeat" ? span : null,
            };
            Assert.That(await server.Client.ExecuteWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow()), Is.EqualTo(timeout));
        });
    }

    [Test]
    public async Task An_activity_can_be_completed_by_token_and_by_id()
    {
        await using var server = await TestServer.StartAsync();
        var tokens = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        var activity = ActivityDefinition.Create("Elsewhere", typeof(string), [], 0, _ =>
        {
            tokens.Writer.TryWrite(ActivityExecutionContext.Current.Info.TaskToken);
            throw new CompleteAsyncException();
        });
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>().AddActivity(activity), async () =>
        {
            var plan = new ActivityPlan { Activity = "Elsewhere", StartToClose = TimeSpan.FromSeconds(10) };
            var first = await server.Client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow());
            await server.Client.GetAsyncActivityHandle(await tokens.Reader.ReadAsync()).CompleteAsync("by token");
            Assert.That(await first.GetResultAsync(), Is.EqualTo("by token"));
            var second = await server.Client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow());
            await tokens.Reader.ReadAsync();
            await server.Client.GetAsyncActivityHandle(second.Id, second.ResultRunId!, "the-activity").CompleteAsync("by id");
            Assert.That(await second.GetResultAsync(), Is.EqualTo("by id"));
        });
    }

    [Test]
    public async Task A_cancelled_workflow_tells_its_activity_with_the_next_heartbeat()
    {
        await using var server = await TestServer.StartAsync();
        var reached = new TaskCompletionSource();
        async Task<string> WaitAsync()
        {
            var context = ActivityExecutionContext.Current;
            reached.TrySetResult();
            using var beat = new Timer(_ => context.Heartbeat(), null, 0, 20);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return "never";
        }

        var activity = ActivityDefinition.Create("Waiting", typeof(Task<string>), [], 0, _ => WaitAsync());
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>().AddActivity(activity), async () =>
        {
            var plan = new ActivityPlan { Activity = "Waiting", StartToClose = TimeSpan.FromSeconds(20), Heartbeat = TimeSpan.FromSeconds(2) };
            var handle = await server.Client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow());
            await reached.Task;
            await handle.CancelAsync();
            Assert.That(await handle.GetResultAsync(), Is.EqualTo("Canceled"));
        });
    }

    [Test]
    public async Task A_paused_activity_waits_until_it_is_unpaused()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync(
            (ActivityWorkflow wf) => wf.RunAsync(new() { Activity = "Later", TaskQueue = "later", StartToClose = TimeSpan.FromSeconds(10) }), server.NewWorkflow());
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>(), () => handle.UntilAsync(description => description.PendingActivities.Count == 1));
        var execution = new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = handle.Id };
        await server.Client.WorkflowService.PauseActivityAsync(new() { Namespace = "default", Execution = execution, Id = "the-activity", Reason = "look into it" });
        Assert.That((await handle.DescribeRawAsync()).PendingActivities[0].State, Is.EqualTo(PendingActivityState.Paused));
        var idle = await server.Client.WorkflowService.PollActivityTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = "later" } }, new() { Timeout = TimeSpan.FromSeconds(1.2) });
        Assert.That(idle.TaskToken, Is.Empty);
        await server.Client.WorkflowService.UnpauseActivityAsync(new() { Namespace = "default", Execution = execution, Id = "the-activity" });
        var task = await server.Client.WorkflowService.PollActivityTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "later" } });
        Assert.That(task.ActivityId, Is.EqualTo("the-activity"));
    }
}
