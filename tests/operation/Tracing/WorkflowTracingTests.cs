using System.Diagnostics;
using EmbeddedTemporal;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Tests.Operation.Support;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Operation.Tracing;

/// <summary>A trace goes through all that Temporal carries; a replay makes no span again (contract §5).</summary>
public sealed class WorkflowTracingTests
{
    private EmbeddedTemporalServer server = null!;
    private TemporalClient client = null!;
    private Spans spans = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        spans = new Spans();
        server = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { Limits = new() { RunInterval = TimeSpan.Zero } });
        client = await TemporalClient.ConnectAsync(new(server.TargetHost) { Interceptors = [new TracingInterceptor()] });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await server.DisposeAsync();
        spans.Dispose();
    }

    [Test]
    public async Task What_is_called_belongs_to_the_trace_that_set_it_going()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        var traces = await RunAsync(workflowId, cached: 100);

        Assert.Multiple(() =>
        {
            Assert.That(TracedActivities.Traces(workflowId, "start")[0], Is.EqualTo(traces.Start));
            Assert.That(TracedActivities.Traces(workflowId, "changed"), Is.EqualTo(new[] { traces.Update }));
            Assert.That(TracedActivities.Traces(workflowId, "told")[0], Is.EqualTo(traces.Signal));
            Assert.That(TracedActivities.Traces(workflowId, "local")[0], Is.EqualTo(traces.Signal));
            Assert.That(TracedActivities.Traces(workflowId, "taken-over")[0], Is.EqualTo(traces.Update));
            Assert.That(TracedActivities.TracesBelow("", "child"), Does.Contain(traces.Signal));
        });
    }

    [Test]
    public async Task The_next_run_goes_on_with_the_trace_of_the_run_before()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        var traces = await RunAsync(workflowId, cached: 100);

        var starts = TracedActivities.Traces(workflowId, "start");
        Assert.That(starts, Is.EqualTo(new[] { traces.Start, traces.Signal }));
    }

    [Test]
    public async Task A_message_is_linked_to_the_trace_that_its_workflow_was_started_in()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        var traces = await RunAsync(workflowId, cached: 100);

        var signal = spans.Of(workflowId, "HandleSignal:Tell")[0];
        Assert.That(signal.TraceId, Is.EqualTo(traces.Signal));
        Assert.That(signal.Links.Select(link => link.Context.TraceId), Is.EqualTo(new[] { traces.Start }));
    }

    [Test]
    public async Task A_worker_that_replays_at_every_task_makes_each_span_once()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        await RunAsync(workflowId, cached: 0);

        Assert.Multiple(() =>
        {
            Assert.That(spans.Of(workflowId, "RunWorkflow:TracedWorkflow"), Has.Count.EqualTo(2));
            Assert.That(spans.Of(workflowId, "HandleUpdate:Change"), Has.Count.EqualTo(1));
            Assert.That(spans.Of(workflowId, "HandleSignal:Tell"), Has.Count.EqualTo(2));
            Assert.That(spans.Of(workflowId, "ContinueAsNew:TracedWorkflow"), Has.Count.EqualTo(1));
            Assert.That(spans.Of(workflowId, "CompleteWorkflow:TracedWorkflow"), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_replayed_history_makes_no_spans()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        await RunAsync(workflowId, cached: 100);
        var before = spans.CountInWorkflow(workflowId);
        var history = await client.GetWorkflowHandle(workflowId).FetchHistoryAsync();

        var replayer = new WorkflowReplayer(
            new WorkflowReplayerOptions { Interceptors = [new TracingInterceptor()] }.AddWorkflow<TracedWorkflow>().AddWorkflow<TracedChild>());
        var result = await replayer.ReplayWorkflowAsync(history, throwOnReplayFailure: true);

        Assert.That(result.ReplayFailure, Is.Null);
        Assert.That(spans.CountInWorkflow(workflowId), Is.EqualTo(before));
    }

    [Test]
    public async Task A_run_that_nobodys_request_started_has_one_trace_on_whatever_worker()
    {
        var workflowId = "traced-" + Guid.NewGuid();
        var untraced = await TemporalClient.ConnectAsync(new(server.TargetHost));
        using (new TemporalWorkerScope(client, workflowId, cached: 0))
        {
            await untraced.ExecuteWorkflowAsync((TracedChild workflow) => workflow.RunAsync(), new(workflowId, workflowId));
        }

        var ofActivity = TracedActivities.Traces(workflowId, "child")[0];
        Assert.That(spans.Of(workflowId, "RunWorkflow:TracedChild").Select(span => span.TraceId), Is.EqualTo(new[] { ofActivity }));
    }

    /// <summary>Plays two rounds; the query and the signal of the first are in traces of their own.</summary>
    private async Task<(ActivityTraceId Start, ActivityTraceId Update, ActivityTraceId Signal)> RunAsync(string workflowId, int cached)
    {
        using var worker = new TemporalWorkerScope(client, workflowId, cached);
        var handle = client.GetWorkflowHandle<TracedWorkflow>(workflowId);
        var start = await InTraceAsync(() => client.StartWorkflowAsync((TracedWorkflow workflow) => workflow.RunAsync(1), new(workflowId, workflowId)));
        await UntilAsync(() => Task.FromResult(TracedActivities.Traces(workflowId, "start").Count > 0));
        var update = await InTraceAsync(() => handle.ExecuteUpdateAsync(workflow => workflow.ChangeAsync()));
        await InTraceAsync(() => handle.QueryAsync(workflow => workflow.Told()));
        var first = (await handle.DescribeAsync()).RunId;
        var signal = await InTraceAsync(() => handle.SignalAsync(workflow => workflow.TellAsync()));

        // The second round waits for its signal as well.
        var runs = await UntilSecondRunAsync(handle, first);
        await InTraceAsync(() => client.GetWorkflowHandle<TracedWorkflow>(workflowId, runs).SignalAsync(workflow => workflow.TellAsync()));
        await client.GetWorkflowHandle(workflowId, runs).GetResultAsync();
        return (start, update, signal);
    }

    private static async Task<string> UntilSecondRunAsync(WorkflowHandle<TracedWorkflow> handle, string first)
    {
        var last = first;
        await UntilAsync(async () => (last = (await handle.DescribeAsync()).RunId) != first);
        return last;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private static async Task<ActivityTraceId> InTraceAsync(Func<Task> call)
    {
        Activity.Current = null;
        using var activity = Spans.Source.StartActivity("request")!;
        await call();
        return activity.TraceId;
    }

    /// <summary>A worker on a queue of its own.</summary>
    private sealed class TemporalWorkerScope : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly TemporalWorker worker;
        private readonly Task running;

        public TemporalWorkerScope(ITemporalClient client, string queue, int cached)
        {
            worker = new TemporalWorker(
                client,
                new TemporalWorkerOptions(queue) { MaxCachedWorkflows = cached }
                    .AddWorkflow<TracedWorkflow>()
                    .AddWorkflow<TracedChild>()
                    .AddActivity(TracedActivities.NoteAsync));
            running = worker.ExecuteAsync(stop.Token);
        }

        public void Dispose()
        {
            stop.Cancel();
            try
            {
                running.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // The worker was stopped by this token.
            }

            worker.Dispose();
            stop.Dispose();
        }
    }
}
