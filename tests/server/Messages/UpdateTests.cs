using System.Diagnostics;
using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Messages;

/// <summary>Signals, queries and updates.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class UpdateTests
{
    [Test]
    public async Task An_update_answers_with_what_the_workflow_returns()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            Assert.That(await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one")), Is.EqualTo(1));
            Assert.That(await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("two")), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_rejected_update_leaves_no_event()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one"));
            var before = (await handle.FetchHistoryAsync()).Events.Count;
            await Assert.ThatAsync(() => handle.ExecuteUpdateAsync(wf => wf.AppendAsync("")), Throws.TypeOf<WorkflowUpdateFailedException>());
            Assert.That((await handle.FetchHistoryAsync()).Events, Has.Count.EqualTo(before));
            Assert.That(await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("two")), Is.EqualTo(2), "the worker carries on from where it was");
        });
    }

    [Test]
    public async Task An_update_with_the_same_id_is_carried_out_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            var both = await Task.WhenAll(
                handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one"), new("same")), handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one"), new("same")));
            Assert.That(both, Is.EqualTo(new[] { 1, 1 }));
            Assert.That(await handle.QueryAsync(wf => wf.Received()), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task An_update_that_was_accepted_fails_when_the_workflow_ends_before_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            var update = await handle.StartUpdateAsync(wf => wf.AppendWhenFinishedAsync("late"), new(WorkflowUpdateStage.Accepted));
            await handle.TerminateAsync();
            await Assert.ThatAsync(
                () => update.GetResultAsync(),
                Throws.TypeOf<WorkflowUpdateFailedException>().With.InnerException.Property("ErrorType").EqualTo("AcceptedUpdateCompletedWorkflow"));
        });
    }

    [Test]
    public async Task Update_with_start_starts_once_and_updates_each_time()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var options = server.NewWorkflow(o => o.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting);
            for (var expected = 1; expected <= 2; expected++)
            {
                var start = WithStartWorkflowOperation.Create((MessagesWorkflow wf) => wf.RunAsync(), options);
                var count = await server.Client.ExecuteUpdateWithStartWorkflowAsync((MessagesWorkflow wf) => wf.AppendAsync("more"), new(start));
                Assert.That(count, Is.EqualTo(expected));
            }
        });
    }

    [Test]
    public async Task A_signal_with_the_same_request_id_counts_once()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        for (var i = 0; i < 2; i++)
        {
            await server.Client.WorkflowService.SignalWorkflowExecutionAsync(new()
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = handle.Id },
                SignalName = "Add",
                RequestId = "same",
            });
        }

        var history = await handle.FetchHistoryAsync();
        Assert.That(history.Events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled), Is.EqualTo(1));
    }

    [Test]
    public async Task A_query_sees_what_was_signalled_before_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            for (var i = 1; i <= 20; i++)
            {
                await handle.SignalAsync(wf => wf.AddAsync("x"));
                Assert.That(await handle.QueryAsync(wf => wf.Received()), Has.Count.EqualTo(i));
            }
        });
    }

    [Test]
    public async Task A_query_that_throws_fails_the_caller_and_not_the_workflow()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await Assert.ThatAsync(() => handle.QueryAsync(wf => wf.Broken()), Throws.TypeOf<WorkflowQueryFailedException>());
            await handle.SignalAsync(wf => wf.FinishAsync());
            Assert.That(await handle.GetResultAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task An_update_that_is_only_to_be_admitted_is_not_supported()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.WorkflowService.UpdateWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = handle.Id },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Admitted },
            Request = new() { Meta = new() { UpdateId = "u" }, Input = new() { Name = "Append" } },
        }));
        Assert.That(failure!.Code, Is.EqualTo(RpcException.StatusCode.PermissionDenied));
    }

    [Test]
    public async Task Polled_without_a_stage_an_update_tells_how_it_stands()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.StartUpdateAsync(wf => wf.AppendWhenFinishedAsync("late"), new(WorkflowUpdateStage.Accepted) { Id = "waiting" });
            var answer = await server.Client.WorkflowService.PollWorkflowExecutionUpdateAsync(
                new() { Namespace = "default", UpdateRef = new() { UpdateId = "waiting", WorkflowExecution = new() { WorkflowId = handle.Id } } });
            Assert.That((answer.Stage, answer.Outcome), Is.EqualTo((UpdateWorkflowExecutionLifecycleStage.Accepted, default(object))));
        });
    }

    [Test]
    public async Task An_update_to_a_workflow_whose_task_keeps_failing_is_refused_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var task = await server.Client.WorkflowService.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = server.TaskQueue } });
            await server.Client.WorkflowService.RespondWorkflowTaskFailedAsync(new() { Namespace = "default", TaskToken = task.TaskToken });
        }

        var failure = await Assert.ThrowsAsync<RpcException>(() => handle.ExecuteUpdateAsync(wf => wf.AppendAsync("never")));
        Assert.That(failure!.Message, Is.EqualTo("Unable to perform workflow execution update due to Workflow Task in failed state."));
    }

    /// <summary>The task that brings the update is in no history yet; a worker that reads the run again must still find it there.</summary>
    [Test]
    public async Task An_update_reaches_a_worker_that_has_the_workflow_no_longer_in_its_cache()
    {
        await using var server = await TestServer.StartAsync();
        static void OnePlace(Temporalio.Worker.TemporalWorkerOptions o) => o.AddWorkflow<MessagesWorkflow>().MaxCachedWorkflows = 1;
        await server.WithWorkerAsync(OnePlace, async () =>
        {
            var first = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await first.ExecuteUpdateAsync(wf => wf.AppendAsync("one"));
            var second = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await second.ExecuteUpdateAsync(wf => wf.AppendAsync("it takes the place in the cache"));
            Assert.That(await first.ExecuteUpdateAsync(wf => wf.AppendAsync("two")), Is.EqualTo(2));
            Assert.That((await first.FetchHistoryAsync()).Events.Select(e => e.EventType), Has.None.EqualTo(EventType.WorkflowTaskFailed).And.None.EqualTo(EventType.WorkflowTaskTimedOut));
        });
    }

    [TestCase(50)]
    [TestCase(1_500)]
    public async Task A_client_that_waits_for_an_update_no_longer_than_it_said_learns_that_its_time_is_up(int milliseconds)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var clock = Stopwatch.StartNew();
        await Assert.ThatAsync(
            () => handle.ExecuteUpdateAsync(wf => wf.AppendAsync("nobody works"), new() { Rpc = new() { Timeout = TimeSpan.FromMilliseconds(milliseconds) } }),
            Throws.TypeOf<WorkflowUpdateRpcTimeoutOrCanceledException>());

        // The call's deadline and this clock need not agree to the millisecond.
        Assert.That(clock.Elapsed.TotalMilliseconds, Is.InRange(milliseconds - 10, milliseconds + 5_000));
    }
}
