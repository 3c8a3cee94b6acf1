using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>What a reset takes over and what it leaves behind.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ResetTests
{
    /// <summary>The completion of the first workflow task.</summary>
    private const int FirstTaskDone = 4;

    [Test]
    public async Task Excluded_signals_are_left_behind()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await BegunAsync(server);
            await handle.SignalAsync(wf => wf.AddAsync("left"));
            var again = await ResetAsync(handle, ResetReapplyExcludeType.Signal);
            Assert.That(await again.QueryAsync(wf => wf.Received()), Is.Empty);
        });
    }

    [Test]
    public async Task An_update_after_the_point_is_carried_out_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await BegunAsync(server);
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("again"), new("the-update"));
            var again = await ResetAsync(handle);
            Assert.That(await again.GetUpdateHandle<int>("the-update").GetResultAsync(), Is.EqualTo(1));
            var admitted = (await again.FetchHistoryAsync()).Events.Single(e => e.EventType == EventType.WorkflowExecutionUpdateAdmitted);
            Assert.That(admitted.WorkflowExecutionUpdateAdmittedEventAttributes.Origin, Is.EqualTo(UpdateAdmittedEventOrigin.Reapply));
        });
    }

    [Test]
    public async Task A_signal_that_waits_for_a_running_task_is_taken_over()
    {
        await using var server = await TestServer.StartAsync();
        WorkflowHandle<MessagesWorkflow, List<string>>? handle = null;
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () => handle = await BegunAsync(server));
        await handle!.SignalAsync(wf => wf.AddAsync("first"));
        await server.Client.WorkflowService.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = server.TaskQueue } });
        await handle.SignalAsync(wf => wf.AddAsync("buffered"));
        var again = await ResetAsync(handle);
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
            Assert.That(await again.QueryAsync(wf => wf.Received()), Is.EqualTo(new[] { "first", "buffered" })));
    }

    [Test]
    public async Task The_run_that_was_reset_and_the_new_one_tell_of_each_other()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await BegunAsync(server);
            var again = await ResetAsync(handle);
            var before = await server.Client.GetWorkflowHandle(handle.Id, handle.ResultRunId).DescribeRawAsync();
            var after = await again.DescribeRawAsync();
            Assert.That((before.WorkflowExecutionInfo.Status, before.WorkflowExtendedInfo.ResetRunId), Is.EqualTo((WorkflowExecutionStatus.Terminated, again.RunId)));
            Assert.That(after.WorkflowExtendedInfo.LastResetTime, Is.EqualTo(after.WorkflowExecutionInfo.StartTime));
            Assert.That(after.WorkflowExtendedInfo.OriginalStartTime, Is.LessThan(after.WorkflowExtendedInfo.LastResetTime));
            Assert.That(after.WorkflowExecutionInfo.FirstRunId, Is.EqualTo(handle.ResultRunId));
        });
    }

    [Test]
    public async Task A_repeated_request_resets_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await BegunAsync(server);
            Task<string> Reset() => ResetAsync(handle, "the-same");
            Assert.That(await Reset(), Is.Not.EqualTo(await Reset()), "1.31.2 keeps the id of the start with the new run, not that of the reset");
        });
    }

    [Test]
    public async Task A_child_that_was_running_goes_on_and_the_new_run_hears_of_its_end()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<WaitingParentWorkflow>().AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var childId = $"child-{Guid.NewGuid()}";
            var parent = await server.Client.StartWorkflowAsync((WaitingParentWorkflow wf) => wf.RunAsync(childId, ParentClosePolicy.Terminate), server.NewWorkflow());
            var child = server.Client.GetWorkflowHandle<MessagesWorkflow>(childId);
            await parent.UntilAsync(description => description.PendingChildren.Any(pending => pending.RunId.Length > 0) && description.PendingWorkflowTask is null);
            var completed = (await parent.FetchHistoryAsync()).Events.Last(e => e.EventType == EventType.WorkflowTaskCompleted);
            var reset = await ResetAsync(parent, Guid.NewGuid().ToString(), completed.EventId);
            await child.SignalAsync(wf => wf.AddAsync("to the child"));
            await child.SignalAsync(wf => wf.FinishAsync());
            Assert.That(await server.Client.GetWorkflowHandle(parent.Id, reset).GetResultAsync<List<string>>(), Is.EqualTo(new[] { "to the child" }));
        });
    }

    [TestCase(1)]
    [TestCase(99)]
    public async Task An_event_that_is_no_end_of_a_task_is_refused(long eventId)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var failure = await Assert.ThrowsAsync<RpcException>(() => ResetAsync(handle, "id", eventId));
        Assert.That(failure!.Code, Is.EqualTo(RpcException.StatusCode.InvalidArgument));
    }

    private static async Task<WorkflowHandle<MessagesWorkflow, List<string>>> BegunAsync(TestServer server)
    {
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await handle.QueryAsync(wf => wf.Received());
        return handle;
    }

    private static async Task<WorkflowHandle<MessagesWorkflow, List<string>>> ResetAsync(WorkflowHandle handle, params ResetReapplyExcludeType[] excluded) =>
        handle.Client.GetWorkflowHandle<MessagesWorkflow, List<string>>(handle.Id, await ResetAsync(handle, Guid.NewGuid().ToString(), FirstTaskDone, excluded));

    private static async Task<string> ResetAsync(WorkflowHandle handle, string requestId, long eventId = FirstTaskDone, params ResetReapplyExcludeType[] excluded) =>
        (await handle.Client.WorkflowService.ResetWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = handle.Id },
            Reason = "again",
            WorkflowTaskFinishEventId = eventId,
            RequestId = requestId,
            ResetReapplyExcludeTypes = { excluded },
        })).RunId;
}
