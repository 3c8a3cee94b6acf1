using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>Workflows that an operator stops for a while.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class PauseTests
{
    [Test]
    public async Task What_comes_in_during_a_pause_is_seen_after_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("before"));
            await PauseAsync(handle);
            await handle.SignalAsync(wf => wf.AddAsync("during"));
            await handle.SignalAsync(wf => wf.FinishAsync());
            var paused = await handle.DescribeRawAsync();
            Assert.That(paused.WorkflowExecutionInfo.Status, Is.EqualTo(WorkflowExecutionStatus.Paused));
            Assert.That(paused.WorkflowExtendedInfo.PauseInfo.Reason, Is.EqualTo("look into it"));
            Assert.That(paused.PendingWorkflowTask, Is.Null);
            await UnpauseAsync(handle);
            Assert.That(await handle.GetResultAsync(), Is.EqualTo(new[] { "before", "during" }));
        });
    }

    [Test]
    public async Task A_task_that_nobody_has_taken_waits_through_a_pause_and_goes_out_after_it()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await PauseAsync(handle);
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            await handle.SignalAsync(wf => wf.FinishAsync());
            var paused = await handle.DescribeRawAsync();
            Assert.That((paused.WorkflowExecutionInfo.Status, paused.PendingWorkflowTask.State), Is.EqualTo((WorkflowExecutionStatus.Paused, PendingWorkflowTaskState.Scheduled)));
            await UnpauseAsync(handle);
            Assert.That(await handle.GetResultAsync(), Is.Empty);
        });
        Assert.That((await handle.FetchHistoryAsync()).Events.Select(e => e.EventType).Take(6), Is.EqualTo(new[]
        {
            EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowExecutionPaused, EventType.WorkflowExecutionSignaled,
            EventType.WorkflowExecutionUnpaused, EventType.WorkflowTaskStarted,
        }));
    }

    [Test]
    public async Task A_worker_that_holds_a_task_of_a_paused_workflow_may_answer_it_but_not_ask_for_another()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var task = await hand.PollAsync();
        await hand.Service.PauseWorkflowExecutionAsync(new() { Namespace = "default", WorkflowId = "w" });
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, ForceCreateNewWorkflowTask = true }));
        Assert.That(refused!.Code, Is.EqualTo(RpcException.StatusCode.FailedPrecondition));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Timer("t", TimeSpan.FromHours(1)) } });
        Assert.That((await hand.HistoryAsync("w")).Select(e => e.EventType), Does.Contain(EventType.TimerStarted));
    }

    [TestCase("reason")]
    [TestCase("request id")]
    [TestCase("identity")]
    public async Task What_is_said_with_a_pause_has_its_limit(string what)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var text = new string('x', 1001);
        var (reason, requestId, identity) = (what == "reason" ? text : "", what == "request id" ? text : "", what == "identity" ? text : "");
        foreach (var call in new Func<Task>[]
        {
            () => server.Client.WorkflowService.PauseWorkflowExecutionAsync(new() { Namespace = "default", WorkflowId = handle.Id, Reason = reason, RequestId = requestId, Identity = identity }),
            () => server.Client.WorkflowService.UnpauseWorkflowExecutionAsync(new() { Namespace = "default", WorkflowId = handle.Id, Reason = reason, RequestId = requestId, Identity = identity }),
        })
        {
            Assert.That((await Assert.ThrowsAsync<RpcException>(call))!.Message, Is.EqualTo($"{what} is too long."));
        }
    }

    [Test]
    public async Task A_paused_workflow_takes_no_queries_and_no_updates()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await PauseAsync(handle);
        var query = (await Assert.ThrowsAsync<WorkflowQueryRejectedException>(() => handle.QueryAsync(wf => wf.Received())))!;
        Assert.That(query.WorkflowStatus, Is.EqualTo(WorkflowExecutionStatus.Paused));
        var update = (await Assert.ThrowsAsync<RpcException>(() => handle.ExecuteUpdateAsync(wf => wf.AppendAsync("no"))))!;
        Assert.That((update.Code, update.Message), Is.EqualTo((RpcException.StatusCode.FailedPrecondition, "Workflow is paused. Cannot update the workflow.")));
    }

    [Test]
    public async Task Only_the_same_request_may_pause_again()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await PauseAsync(handle, "first");
        await Assert.ThatAsync(() => PauseAsync(handle, "first"), Throws.Nothing);
        Assert.That((await Assert.ThrowsAsync<RpcException>(() => PauseAsync(handle, "second")))!.Message, Is.EqualTo("workflow is already paused."));
        await UnpauseAsync(handle);
        Assert.That((await Assert.ThrowsAsync<RpcException>(() => UnpauseAsync(handle)))!.Message, Is.EqualTo("workflow is not paused."));
    }

    [Test]
    public async Task An_activity_of_a_paused_workflow_is_handed_out_after_the_pause()
    {
        await using var server = await TestServer.StartAsync();
        var plan = new ActivityPlan { Activity = "Later", TaskQueue = "later", StartToClose = TimeSpan.FromSeconds(10) };
        var handle = await server.Client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), server.NewWorkflow());
        await server.WithWorkerAsync(o => o.AddWorkflow<ActivityWorkflow>(), () => handle.UntilAsync(description => description.PendingActivities.Count == 1));
        await PauseAsync(handle);
        var idle = await server.Client.WorkflowService.PollActivityTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = "later" } }, new() { Timeout = TimeSpan.FromSeconds(1.2) });
        Assert.That(idle.TaskToken, Is.Empty);
        await UnpauseAsync(handle);
        var task = await server.Client.WorkflowService.PollActivityTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "later" } });
        Assert.That(task.ActivityId, Is.EqualTo("the-activity"));
    }

    [Test]
    public async Task A_pause_and_what_it_held_back_survive_a_restart()
    {
        var file = Path.GetTempFileName();
        string workflowId;
        string queue;
        await using (var first = await TestServer.StartAsync(new() { DatabaseFile = file }))
        {
            var handle = await first.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), first.NewWorkflow());
            await PauseAsync(handle);
            await handle.SignalAsync(wf => wf.FinishAsync());
            workflowId = handle.Id;
            queue = first.TaskQueue;
        }

        await using var second = await TestServer.StartAsync(new() { DatabaseFile = file });
        var resumed = second.Client.GetWorkflowHandle<MessagesWorkflow>(workflowId);
        var paused = await resumed.DescribeRawAsync();
        Assert.That((paused.WorkflowExecutionInfo.Status, paused.PendingWorkflowTask.State), Is.EqualTo((WorkflowExecutionStatus.Paused, PendingWorkflowTaskState.Scheduled)));
        await second.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>().TaskQueue = queue, async () =>
        {
            await UnpauseAsync(resumed);
            await Assert.ThatAsync(() => resumed.GetResultAsync(), Throws.Nothing);
        });
        File.Delete(file);
    }

    [Test]
    public async Task Paused_workflows_are_listed_by_status_and_by_reason()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await PauseAsync(handle);
        foreach (var query in new[] { "ExecutionStatus = 'Paused'", "TemporalPauseInfo = 'Reason:look into it'" })
        {
            Assert.That((await server.Client.CountWorkflowsAsync(query)).Count, Is.EqualTo(1), query);
        }

        await UnpauseAsync(handle);
        Assert.That((await server.Client.CountWorkflowsAsync("TemporalPauseInfo IS NOT NULL")).Count, Is.Zero);
    }

    private static Task<PauseWorkflowExecutionResponse> PauseAsync(WorkflowHandle handle, string requestId = "") => handle.Client.WorkflowService.PauseWorkflowExecutionAsync(
        new() { Namespace = "default", WorkflowId = handle.Id, Reason = "look into it", RequestId = requestId });

    private static Task<UnpauseWorkflowExecutionResponse> UnpauseAsync(WorkflowHandle handle) =>
        handle.Client.WorkflowService.UnpauseWorkflowExecutionAsync(new() { Namespace = "default", WorkflowId = handle.Id });
}
