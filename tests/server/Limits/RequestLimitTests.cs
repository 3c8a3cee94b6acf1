using EmbeddedTemporal;
using EmbeddedTemporal.Common;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Limits;

/// <summary>What is too large, too long or too much in a request is refused in the real server's words, and nothing of it takes effect.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class RequestLimitTests
{
    private static readonly ServerLimits Small = new() { BlobBytes = 1000, BlobWarnBytes = 400, MemoBytes = 500 };

    [Test]
    public void The_limits_are_the_real_servers_unless_set()
    {
        var limits = new EmbeddedTemporalOptions().Limits;
        Assert.Multiple(() =>
        {
            Assert.That(limits.BlobBytes, Is.EqualTo(2 * 1024 * 1024));
            Assert.That(limits.MemoBytes, Is.EqualTo(2 * 1024 * 1024));
            Assert.That(limits.HistorySizeBytes, Is.EqualTo(50 * 1024 * 1024));
            Assert.That(limits.HistoryEvents, Is.EqualTo(51_200));
            Assert.That(limits.SuggestContinueAsNewEvents, Is.EqualTo(4096));
            Assert.That(new[] { limits.PendingActivities, limits.PendingChildren, limits.PendingSignals, limits.PendingCancelRequests }, Is.All.EqualTo(2000));
            Assert.That(limits.Signals, Is.EqualTo(10_000));
            Assert.That(limits.UpdatesInFlight, Is.EqualTo(10));
            Assert.That(limits.TotalUpdates, Is.EqualTo(2000));
            Assert.That(limits.RequestBytes, Is.EqualTo(4 * 1024 * 1024));
        });
    }

    private static IEnumerable<TestCaseData> TooMuch()
    {
        static TestCaseData Case(string name, string words, Func<ManualWorker, Task> call) => new TestCaseData(words, call).SetArgDisplayNames(name);
        const string Blob = "Blob data size exceeds limit.";
        yield return Case("start input", Blob, hand => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r => r.Input = ManualWorker.Payloads(1001))));
        yield return Case("start memo", "Memo size exceeds limit.", hand => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r =>
            r.Memo = new() { Fields = { ["note"] = new() { Data = ByteString.CopyFrom(new byte[501]) } } })));
        yield return Case("signal input", Blob, hand => hand.Service.SignalWorkflowExecutionAsync(With(hand.Signal("there"), r => r.Input = ManualWorker.Payloads(1001))));
        yield return Case("signal-with-start input", Blob, hand => hand.Service.SignalWithStartWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowId = "new",
            WorkflowType = new() { Name = "by-hand" },
            TaskQueue = new() { Name = hand.TaskQueue },
            SignalName = "signal",
            SignalInput = ManualWorker.Payloads(1001),
        }));
        yield return Case("query arguments", Blob, hand => hand.Service.QueryWorkflowAsync(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "there" },
            Query = new() { QueryType = "query", QueryArgs = ManualWorker.Payloads(1001) },
        }));
        yield return Case("workflow id", "WorkflowId length exceeds limit.", hand => hand.Service.StartWorkflowExecutionAsync(hand.Start(new string('x', 1001))));
        yield return Case("workflow id in bytes", "WorkflowId length exceeds limit.", hand => hand.Service.StartWorkflowExecutionAsync(hand.Start(new string('주', 334))));
        yield return Case("workflow type", "WorkflowType length exceeds limit.", hand => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r =>
            r.WorkflowType = new() { Name = new string('x', 1001) })));
        yield return Case("request id", "RequestId length exceeds limit.", hand => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r =>
            r.RequestId = new string('x', 1001))));
        yield return Case("signal name", "SignalName length exceeds limit.", hand => hand.Service.SignalWorkflowExecutionAsync(hand.Signal("there", new string('x', 1001))));
        yield return Case("update id", "UpdateId length exceeds limit.", hand => hand.UpdateAsync("there", new string('x', 1001)));
        yield return Case("identity of a poll", "Identity length exceeds limit.", hand => hand.Service.PollWorkflowTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = "queue" }, Identity = new string('x', 1001) }));
        yield return Case("search attributes in number", "number of search attributes 101 exceeds limit 100", hand => hand.Service.StartWorkflowExecutionAsync(
            With(hand.Start("new"), r => r.SearchAttributes = new()
            {
                IndexedFields = { Enumerable.Range(0, 101).ToDictionary(i => $"A{i}", _ => new Temporalio.Api.Common.V1.Payload()) },
            })));
    }

    [TestCaseSource(nameof(TooMuch))]
    public async Task It_is_refused_in_the_real_servers_words(string words, Func<ManualWorker, Task> call)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = Small });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("there"));
        await Assert.ThatAsync(() => call(hand), Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.InvalidArgument).And.Message.Contains(words));
        Assert.That(await hand.HistoryAsync("there"), Has.Count.EqualTo(2));
        Assert.That((await server.Client.CountWorkflowsAsync("")).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_request_of_more_than_four_megabytes_is_not_read()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var rpc = new RpcOptions { Retry = false };
        await Assert.ThatAsync(
            () => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r => r.Input = ManualWorker.Payloads(4 * 1024 * 1024)), rpc),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.ResourceExhausted));
        await Assert.ThatAsync(
            () => hand.Service.StartWorkflowExecutionAsync(With(hand.Start("new"), r => r.Input = ManualWorker.Payloads((2 * 1024 * 1024) - 100)), rpc),
            Throws.Nothing);
    }

    [Test]
    public async Task A_workflow_takes_signals_up_to_a_number()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { Signals = 2 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("there"));
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("there"));
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("there"));
        await Assert.ThatAsync(
            () => hand.Service.SignalWorkflowExecutionAsync(hand.Signal("there")),
            Throws.TypeOf<RpcException>().With.Message.Contains("exceeded workflow execution limit for signal events"));
    }

    [Test]
    public async Task Updates_in_flight_are_limited_and_there_is_room_again_once_one_is_done()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { UpdatesInFlight = 1 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("there"));
        await hand.WorkAsync();
        var first = hand.UpdateAsync("there", "first", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await hand.PollAsync();
        Assert.That(task.Messages, Has.Count.EqualTo(1));
        await Assert.ThatAsync(
            () => hand.Service.UpdateWorkflowExecutionAsync(
                new()
                {
                    Namespace = "default",
                    WorkflowExecution = new() { WorkflowId = "there" },
                    Request = new() { Meta = new() { UpdateId = "second" }, Input = new() { Name = "update" } },
                },
                new RpcOptions { Retry = false }),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.ResourceExhausted)
                .And.Message.Contains("limit on number of concurrent in-flight updates has been reached (1)"));
        await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = task.TaskToken, Cause = WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure });
        Assert.That(await hand.AcceptUpdatesAsync(complete: true), Is.EqualTo(1));
        await first;
        var second = hand.UpdateAsync("there", "second");
        Assert.That(await hand.AcceptUpdatesAsync(), Is.EqualTo(1));
        Assert.That((await second).Stage, Is.EqualTo(UpdateWorkflowExecutionLifecycleStage.Accepted));
    }

    [Test]
    public async Task Updates_in_all_are_limited()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { TotalUpdates = 1 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("there"));
        await hand.WorkAsync();
        var first = hand.UpdateAsync("there", "first");
        Assert.That(await hand.AcceptUpdatesAsync(complete: true), Is.EqualTo(1));
        await first;
        await Assert.ThatAsync(
            () => hand.UpdateAsync("there", "second"),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.FailedPrecondition).And.Message.Contains("total number of distinct updates"));
    }

    private static T With<T>(T request, Action<T> amend)
    {
        amend(request);
        return request;
    }
}
