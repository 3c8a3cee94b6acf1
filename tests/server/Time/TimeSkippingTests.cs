using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Client;
using Temporalio.Testing;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Server.Time;

/// <summary>Time jumps over waits, and only over waits.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class TimeSkippingTests
{
    [Test]
    public async Task A_year_passes_in_no_time()
    {
        await using var server = await TestServer.StartAsync(new() { TimeSkipping = true });
        await server.WithWorkerAsync(o => o.AddWorkflow<SleepingWorkflow>(), async () =>
        {
            var slept = await server.Client.ExecuteWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromDays(365)), server.NewWorkflow());
            Assert.That(slept, Is.EqualTo(TimeSpan.FromDays(365)).Within(TimeSpan.FromSeconds(10)));
            Assert.That(server.Server.CurrentTime, Is.GreaterThan(DateTimeOffset.UtcNow.AddDays(364)));
        });
    }

    [Test]
    public async Task Time_stands_while_it_is_locked()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<SleepingWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromHours(1)), server.NewWorkflow());
            await handle.UntilAsync(description => description.WorkflowExecutionInfo.HistoryLength >= 5);
            Assert.That(server.Server.CurrentTime, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            await server.Server.SkipAsync(TimeSpan.FromHours(2));
            Assert.That(await handle.GetResultAsync(), Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromSeconds(10)));
        });
    }

    [Test]
    public async Task A_run_times_out_in_skipped_time()
    {
        await using var server = await TestServer.StartAsync(new() { TimeSkipping = true });
        await server.WithWorkerAsync(o => o.AddWorkflow<SleepingWorkflow>(), async () =>
        {
            var options = server.NewWorkflow(o => o.RunTimeout = TimeSpan.FromMinutes(1));
            var run = server.Client.ExecuteWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromHours(1)), options);
            await Assert.ThatAsync(async () => await run, Throws.InnerException.TypeOf<Temporalio.Exceptions.TimeoutFailureException>());
        });
    }

    [Test]
    public async Task A_cron_workflow_comes_again_with_its_last_result()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<CountingWorkflow>(), async () =>
        {
            var options = server.NewWorkflow(o => o.CronSchedule = "0 * * * *");
            var handle = await server.Client.StartWorkflowAsync((CountingWorkflow wf) => wf.RunAsync(), options);
            await server.Server.SkipAsync(TimeSpan.FromHours(2.5));
            var newest = server.Client.GetWorkflowHandle(handle.Id);
            await newest.UntilAsync(description => description.WorkflowExecutionInfo.Execution.RunId != handle.FirstExecutionRunId);
            var first = await server.Client.GetWorkflowHandle<CountingWorkflow, int>(handle.Id, handle.FirstExecutionRunId).FetchHistoryAsync();
            Assert.That(first.Events.Last().WorkflowExecutionCompletedEventAttributes.NewExecutionRunId, Is.Not.Empty);
        });
    }

    [Test]
    public async Task The_sdks_test_environment_runs_on_it()
    {
        await using var environment = await WorkflowEnvironment.StartTimeSkippingAsync(new() { TestServer = new() { ExistingPath = ServerProcess.Executable } });
        using var worker = new TemporalWorker(environment.Client, new TemporalWorkerOptions("queue").AddWorkflow<SleepingWorkflow>());
        await worker.ExecuteAsync(async () =>
        {
            var slept = await environment.Client.ExecuteWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromDays(30)), new("sleeper", "queue"));
            Assert.That(slept, Is.EqualTo(TimeSpan.FromDays(30)).Within(TimeSpan.FromSeconds(10)));
        });
    }
}
