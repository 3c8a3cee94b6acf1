using EmbeddedTemporal;
using EmbeddedTemporal.Persistence;
using OrderOrchestration.Tests.Server.Durability.Crashes;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>The start of a workflow task goes out to its worker before it is on disk: what that may change after a crash, and what not.</summary>
[TestFixture]
public sealed class StartedTaskTests
{
    private const string Id = "workflow";

    private readonly InMemoryStore disk = new();
    private CrashingStore store = null!;
    private EmbeddedTemporalServer server = null!;
    private ManualWorker hand = null!;

    [SetUp]
    public async Task StartAsync()
    {
        store = new CrashingStore(disk, closesDisk: false);
        server = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions(), store);
        hand = new ManualWorker((await TemporalClient.ConnectAsync(new(server.TargetHost))).WorkflowService, "queue");
    }

    [TearDown]
    public ValueTask StopAsync() => server.DisposeAsync();

    [Test]
    public async Task A_start_that_a_crash_forgot_goes_out_again_and_the_first_workers_answer_is_refused()
    {
        await hand.Service.StartWorkflowExecutionAsync(hand.Start(Id));
        var lost = await hand.PollAsync();
        await CrashAsync();

        var late = await Assert.ThrowsAsync<RpcException>(() => hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = lost.TaskToken }));
        Assert.That(late!.Code, Is.EqualTo(RpcException.StatusCode.NotFound));
        var again = await hand.PollAsync();
        Assert.That((again.StartedEventId, again.Attempt), Is.EqualTo((lost.StartedEventId, lost.Attempt)));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = again.TaskToken, Commands = { ManualWorker.Complete() } });
        await HistoryIsWholeAsync(EventType.WorkflowExecutionCompleted);
    }

    [Test]
    public async Task A_start_that_somebody_has_seen_is_not_forgotten()
    {
        await hand.Service.StartWorkflowExecutionAsync(hand.Start(Id));
        var task = await hand.PollAsync();
        Assert.That((await hand.HistoryAsync(Id))[^1].EventType, Is.EqualTo(EventType.WorkflowTaskStarted));
        await CrashAsync();

        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Complete() } });
        await HistoryIsWholeAsync(EventType.WorkflowExecutionCompleted);
    }

    [Test]
    public async Task A_change_that_cannot_be_written_takes_no_started_task_with_it()
    {
        await hand.Service.StartWorkflowExecutionAsync(hand.Start(Id));
        var task = await hand.PollAsync();
        store.CrashAfter(commits: 0, written: false);
        await Assert.ThrowsAsync<RpcException>(() => hand.Service.SignalWorkflowExecutionAsync(hand.Signal(Id)));
        store.CrashAfter(commits: int.MaxValue, written: false);

        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Complete() } });
        await HistoryIsWholeAsync(EventType.WorkflowExecutionCompleted);
        await CrashAsync();
        await HistoryIsWholeAsync(EventType.WorkflowExecutionCompleted);
    }

    private async Task CrashAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private async Task HistoryIsWholeAsync(EventType last)
    {
        var events = await hand.HistoryAsync(Id);
        Assert.That(events.Select(e => e.EventId), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That(events.Count(e => e.EventType == EventType.WorkflowTaskStarted), Is.EqualTo(1));
        Assert.That(events[^1].EventType, Is.EqualTo(last));
    }
}
