using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>Runs that follow one another, and families of workflows.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ChainTests
{
    [Test]
    public async Task A_workflow_that_continues_as_new_ends_with_the_last_runs_result()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ContinuingWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((ContinuingWorkflow wf) => wf.RunAsync(3, 1), server.NewWorkflow());
            Assert.That(await handle.GetResultAsync(), Is.EqualTo(4));
            var first = server.Client.GetWorkflowHandle(handle.Id, handle.FirstExecutionRunId);
            Assert.That((await first.DescribeAsync()).Status, Is.EqualTo(WorkflowExecutionStatus.ContinuedAsNew));
        });
    }

    [Test]
    public async Task A_failed_workflow_is_retried_as_its_policy_says()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ThirdTimeLuckyWorkflow>(), async () =>
        {
            var options = server.NewWorkflow(o => o.RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10), MaximumAttempts = 3 });
            Assert.That(await server.Client.ExecuteWorkflowAsync((ThirdTimeLuckyWorkflow wf) => wf.RunAsync(), options), Is.EqualTo(3));
            options = server.NewWorkflow(o => o.RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10), MaximumAttempts = 2 });
            await Assert.ThatAsync(
                () => server.Client.ExecuteWorkflowAsync((ThirdTimeLuckyWorkflow wf) => wf.RunAsync(), options),
                Throws.TypeOf<WorkflowFailedException>());
        });
    }

    [Test]
    public async Task A_parent_hears_of_its_childs_end()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ParentWorkflow>().AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var result = await server.Client.ExecuteWorkflowAsync(
                (ParentWorkflow wf) => wf.RunAsync($"child-{Guid.NewGuid()}", ParentClosePolicy.Terminate, true), server.NewWorkflow());
            Assert.That(result, Is.EqualTo("from the parent"));
        });
    }

    [TestCase(ParentClosePolicy.Terminate, WorkflowExecutionStatus.Terminated)]
    [TestCase(ParentClosePolicy.RequestCancel, WorkflowExecutionStatus.Canceled)]
    public async Task The_end_of_a_parent_does_to_the_child_what_the_policy_says(ParentClosePolicy policy, WorkflowExecutionStatus expected)
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ParentWorkflow>().AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var childId = $"child-{Guid.NewGuid()}";
            await server.Client.ExecuteWorkflowAsync((ParentWorkflow wf) => wf.RunAsync(childId, policy, false), server.NewWorkflow());
            var child = server.Client.GetWorkflowHandle(childId);
            await Assert.ThatAsync(() => child.GetResultAsync(), Throws.TypeOf<WorkflowFailedException>());
            Assert.That((await child.DescribeAsync()).Status, Is.EqualTo(expected));
        });
    }

    [Test]
    public async Task An_abandoned_child_outlives_its_parent()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<ParentWorkflow>().AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var childId = $"child-{Guid.NewGuid()}";
            await server.Client.ExecuteWorkflowAsync((ParentWorkflow wf) => wf.RunAsync(childId, ParentClosePolicy.Abandon, false), server.NewWorkflow());
            var child = server.Client.GetWorkflowHandle<MessagesWorkflow, List<string>>(childId);
            await child.SignalAsync(wf => wf.FinishAsync());
            Assert.That(await child.GetResultAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task A_workflow_reaches_another_and_learns_when_there_is_none()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MeddlingWorkflow>().AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var target = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            Assert.That(await server.Client.ExecuteWorkflowAsync((MeddlingWorkflow wf) => wf.RunAsync(target.Id), server.NewWorkflow()), Is.EqualTo("reached"));
            await Assert.ThatAsync(() => target.GetResultAsync(), Throws.TypeOf<WorkflowFailedException>().With.InnerException.TypeOf<CanceledFailureException>());
            var missed = await server.Client.ExecuteWorkflowAsync((MeddlingWorkflow wf) => wf.RunAsync("nobody"), server.NewWorkflow());
            Assert.That(missed, Does.Contain("external workflow execution").IgnoreCase.Or.Contain("not found").IgnoreCase);
        });
    }

    [Test]
    public async Task A_reset_replays_up_to_the_point_and_applies_later_signals_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            Assert.That(await handle.QueryAsync(wf => wf.Received()), Is.Empty, "the first workflow task is done");
            await handle.SignalAsync(wf => wf.AddAsync("kept"));
            await handle.SignalAsync(wf => wf.FinishAsync());
            Assert.That(await handle.GetResultAsync(), Is.EqualTo(new[] { "kept" }));
            var reset = await server.Client.WorkflowService.ResetWorkflowExecutionAsync(new()
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = handle.Id, RunId = handle.ResultRunId },
                Reason = "again",
                WorkflowTaskFinishEventId = 4,
                RequestId = Guid.NewGuid().ToString(),
            });
            var again = server.Client.GetWorkflowHandle<MessagesWorkflow, List<string>>(handle.Id, reset.RunId);
            Assert.That(await again.GetResultAsync(), Is.EqualTo(new[] { "kept" }));
            var types = (await again.FetchHistoryAsync()).Events.Select(e => e.EventType).ToList();
            Assert.That(types.Take(6), Is.EqualTo(new[]
            {
                EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskFailed,
                EventType.WorkflowExecutionSignaled, EventType.WorkflowExecutionSignaled,
            }));
        });
    }
}
