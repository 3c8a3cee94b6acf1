using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>What histories tell and how they are read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class HistoryTests
{
    [Test]
    public async Task A_running_workflow_has_no_close_event_yet()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        Task<GetWorkflowExecutionHistoryResponse> CloseEventAsync() => server.Client.WorkflowService.GetWorkflowExecutionHistoryAsync(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = handle.Id },
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        });
        Assert.That((await CloseEventAsync()).History.Events, Is.Empty);
        await handle.TerminateAsync();
        Assert.That((await CloseEventAsync()).History.Events.Single().EventType, Is.EqualTo(EventType.WorkflowExecutionTerminated));
    }

    [Test]
    public async Task Reversed_it_is_the_same_history_backwards()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.SignalAsync(wf => wf.FinishAsync());
            await handle.GetResultAsync();
            var backwards = new List<long>();
            var request = new GetWorkflowExecutionHistoryReverseRequest { Namespace = "default", Execution = new() { WorkflowId = handle.Id }, MaximumPageSize = 2 };
            do
            {
                var page = await server.Client.WorkflowService.GetWorkflowExecutionHistoryReverseAsync(request);
                Assert.That(page.History.Events, Has.Count.LessThanOrEqualTo(2));
                backwards.AddRange(page.History.Events.Select(e => e.EventId));
                request.NextPageToken = page.NextPageToken;
            }
            while (!request.NextPageToken.IsEmpty);
            Assert.That(backwards, Is.EqualTo((await handle.FetchHistoryAsync()).Events.Select(e => e.EventId).Reverse()));
        });
    }

    [Test]
    public async Task A_worker_is_told_why_to_continue_as_new()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { SuggestContinueAsNewEvents = 3 } });
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var task = await PollAsync(server);
        var started = task.History.Events.Last().WorkflowTaskStartedEventAttributes;
        Assert.That((started.SuggestContinueAsNew, started.SuggestContinueAsNewReasons.Single()), Is.EqualTo((true, SuggestContinueAsNewReason.TooManyHistoryEvents)));
        Assert.That((await handle.DescribeRawAsync()).PendingWorkflowTask.State, Is.EqualTo(PendingWorkflowTaskState.Started));
    }

    /// <summary>A replay must find what the worker was told when it decided.</summary>
    [Test]
    public async Task A_retried_task_is_written_as_its_worker_saw_it()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await server.Client.WorkflowService.RespondWorkflowTaskFailedAsync(new() { Namespace = "default", TaskToken = (await PollAsync(server)).TaskToken });
        var second = await PollAsync(server);
        Assert.That(second.Attempt, Is.EqualTo(2));
        await server.Client.WorkflowService.RespondWorkflowTaskCompletedAsync(new() { Namespace = "default", TaskToken = second.TaskToken });
        var shown = second.History.Events.Last();
        var written = (await handle.FetchHistoryAsync()).Events.Single(e => e.EventId == shown.EventId);
        Assert.That(written.WorkflowTaskStartedEventAttributes, Is.EqualTo(shown.WorkflowTaskStartedEventAttributes));
    }

    [Test]
    public async Task Each_completed_task_tells_which_build_of_the_worker_answered_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one"));
            var completed = (await handle.FetchHistoryAsync()).Events.First(e => e.EventType == EventType.WorkflowTaskCompleted);
#pragma warning disable CS0612 // Called deprecated by the API, and what workers without a deployment still go by.
            Assert.That(completed.WorkflowTaskCompletedEventAttributes.WorkerVersion?.BuildId, Is.Not.Null.And.Not.Empty);
#pragma warning restore CS0612
        });
    }

    [Test]
    public async Task The_links_of_a_request_are_on_its_event()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var execution = new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = handle.Id };
        var link = new Link { WorkflowEvent = new() { Namespace = "default", WorkflowId = "elsewhere", RunId = Guid.NewGuid().ToString() } };
        await server.Client.WorkflowService.RequestCancelWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = execution, Links = { link } });
        await server.Client.WorkflowService.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = execution, Links = { link } });
        var linked = (await handle.FetchHistoryAsync()).Events.Where(e => e.Links.Contains(link)).Select(e => e.EventType);
        Assert.That(linked, Is.EqualTo(new[] { EventType.WorkflowExecutionCancelRequested, EventType.WorkflowExecutionTerminated }));
    }

    private static Task<PollWorkflowTaskQueueResponse> PollAsync(TestServer server) =>
        server.Client.WorkflowService.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = server.TaskQueue } });
}
