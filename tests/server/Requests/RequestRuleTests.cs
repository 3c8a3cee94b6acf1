using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>What a start must look like, and what other requests share with it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class RequestRuleTests
{
    private static IEnumerable<TestCaseData> Starts()
    {
        static TestCaseData Case(string message, Action<StartWorkflowExecutionRequest> spoil) => new TestCaseData(message, spoil).SetArgDisplayNames(message);
        yield return Case(
            "An invalid WorkflowRunTimeoutSeconds is set on request. cause: duration has seconds and nanos with different signs",
            start => start.WorkflowRunTimeout = new() { Seconds = 1, Nanos = -1 });
        yield return Case(
            "An invalid WorkflowExecutionTimeoutSeconds is set on request. cause: negative duration", start => start.WorkflowExecutionTimeout = new() { Nanos = -1 });
        yield return Case(
            "An invalid WorkflowTaskTimeoutSeconds is set on request. cause: negative duration", start => start.WorkflowTaskTimeout = new() { Seconds = -1 });
        yield return Case(
            "An invalid WorkflowStartDelaySeconds is set on request. cause: negative duration", start => start.WorkflowStartDelay = new() { Seconds = -1 });
        yield return Case("invalid InitialInterval set on retry policy: negative duration", start => start.RetryPolicy = new() { InitialInterval = new() { Seconds = -1 } });
        yield return Case("BackoffCoefficient cannot be less than 1 on retry policy.", start => start.RetryPolicy = new() { BackoffCoefficient = 0.5 });
        yield return Case(
            "MaximumInterval cannot be less than InitialInterval on retry policy.",
            start => start.RetryPolicy = new() { InitialInterval = new() { Seconds = 2 }, MaximumInterval = new() { Seconds = 1 } });
        yield return Case("Invalid timeout type value: Sometime.", start => start.RetryPolicy = new() { NonRetryableErrorTypes = { "TemporalTimeout:Sometime" } });
        yield return Case("taskQueue is not set", start => start.TaskQueue = null);
        yield return Case("missing task queue name", start => start.TaskQueue.Name = "");
        yield return Case("taskQueue length exceeds limit", start => start.TaskQueue.Name = new string('x', 1001));
        yield return Case("task queue name cannot start with reserved prefix /_sys/", start => start.TaskQueue.Name = "/_sys/mine/1");
        yield return Case("cannot use internal per-namespace task queue:temporal-sys-per-ns-tq", start => start.TaskQueue.Name = "temporal-sys-per-ns-tq");
        yield return Case("attaching request ID is required for attaching completion callbacks", start => start.OnConflictOptions = new() { AttachCompletionCallbacks = true });
        yield return Case(
            "invalid url: url does not match any configured callback address: http://nowhere/",
            start => start.CompletionCallbacks.Add(new Callback { Nexus = new() { Url = "http://nowhere/" } }));
    }

    [TestCaseSource(nameof(Starts))]
    public async Task A_start_that_breaks_a_rule_is_refused(string message, Action<StartWorkflowExecutionRequest> spoil)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var start = hand.Start("w");
        spoil(start);
        await RefusedAsync(() => hand.Service.StartWorkflowExecutionAsync(start), message);
    }

    [Test]
    public async Task A_duration_longer_than_a_century_is_one_of_a_century()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var start = hand.Start("w");
        start.WorkflowExecutionTimeout = new() { Seconds = long.MaxValue };
        await hand.Service.StartWorkflowExecutionAsync(start);
        Assert.That((await hand.HistoryAsync("w"))[0].WorkflowExecutionStartedEventAttributes.WorkflowExecutionTimeout.Seconds, Is.EqualTo(100L * 365 * 24 * 3600));
    }

    private static IEnumerable<TestCaseData> Links()
    {
        static TestCaseData Case(string message, params IEnumerable<Link> links) => new TestCaseData(message, links.ToArray()).SetArgDisplayNames(message);
        static Link Event(string ns = "default", string workflow = "w", string run = "r") => new() { WorkflowEvent = new() { Namespace = ns, WorkflowId = workflow, RunId = run } };
        yield return Case("cannot attach more than 10 links per request, got 11", Enumerable.Range(0, 11).Select(_ => Event()));
        yield return Case("link exceeds allowed size of 4000, got 4019", Event(workflow: new string('x', 4001)));
        yield return Case("workflow event link must not have an empty namespace field", Event(ns: ""));
        yield return Case("workflow event link must not have an empty workflow ID field", Event(workflow: ""));
        yield return Case("workflow event link must not have an empty run ID field", Event(run: ""));
        var untyped = Event();
        untyped.WorkflowEvent.EventRef = new() { EventId = 1 };
        yield return Case("workflow event link ref cannot have an unspecified event type and a non-zero event ID", untyped);
        yield return Case("batch job link must not have an empty job ID", new Link { BatchJob = new() });
        yield return Case("unsupported link variant", new Link());
    }

    [TestCaseSource(nameof(Links))]
    public async Task A_link_must_lead_somewhere_whatever_request_it_comes_with(string message, Link[] links)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var start = hand.Start("another");
        start.Links.Add(links);
        await RefusedAsync(() => hand.Service.StartWorkflowExecutionAsync(start), message);
        var signal = hand.Signal("w");
        signal.Links.Add(links);
        await RefusedAsync(() => hand.Service.SignalWorkflowExecutionAsync(signal), message);
        await RefusedAsync(
            () => hand.Service.RequestCancelWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" }, Links = { links } }), message);
        await RefusedAsync(
            () => hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" }, Links = { links } }), message);
    }

    [Test]
    public async Task A_signal_that_was_sent_before_is_taken_again_even_when_the_workflow_has_closed()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var signal = hand.Signal("w");
        await hand.Service.SignalWorkflowExecutionAsync(signal);
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        await Assert.ThatAsync(() => hand.Service.SignalWorkflowExecutionAsync(signal), Throws.Nothing);
        await Assert.ThatAsync(() => hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w")), Throws.TypeOf<RpcException>());
    }

    [Test]
    public async Task A_termination_without_a_word_says_that_it_was_a_users()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var terminated = (await hand.HistoryAsync("w"))[^1].WorkflowExecutionTerminatedEventAttributes;
        Assert.That((terminated.Reason, terminated.Identity), Is.EqualTo(("terminated by user via frontend", "frontend-service")));
    }

    [Test]
    public async Task Who_names_the_first_run_of_a_chain_means_the_newest_whatever_run_they_name_besides([Values] bool cancel)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = (await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"))).RunId;
        var execution = new WorkflowExecution { WorkflowId = "w", RunId = Guid.NewGuid().ToString() };
        Task Call(string firstRunId) => cancel
            ? hand.Service.RequestCancelWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = execution, FirstExecutionRunId = firstRunId })
            : hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = execution, FirstExecutionRunId = firstRunId });
        await RefusedAsync(() => Call(Guid.NewGuid().ToString()), "workflow execution not found", Code.NotFound);
        await Assert.ThatAsync(() => Call(first), Throws.Nothing);
    }

    [Test]
    public async Task A_start_that_ends_the_running_workflow_says_which_run_took_its_place()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = (await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"))).RunId;
        var start = hand.Start("w");
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting;
        var second = (await hand.Service.StartWorkflowExecutionAsync(start)).RunId;
        var history = await hand.Service.GetWorkflowExecutionHistoryAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w", RunId = first } });
        var terminated = history.History.Events[^1].WorkflowExecutionTerminatedEventAttributes;
        Assert.That(
            (terminated.Reason, terminated.Details.Payloads_[0].Data.ToStringUtf8()),
            Is.EqualTo(("TerminateIfRunning WorkflowIdReusePolicy", $"\"terminated by new runID: {second}\"")));
    }

    [Test]
    public async Task A_start_that_was_answered_with_the_running_workflow_is_answered_so_again_even_when_that_has_closed()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = (await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"))).RunId;
        var start = hand.Start("w");
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        start.OnConflictOptions = new() { AttachRequestId = true };
        await hand.Service.StartWorkflowExecutionAsync(start);
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var again = await hand.Service.StartWorkflowExecutionAsync(start);
        Assert.That((again.RunId, again.Started, again.Link.WorkflowEvent.RequestIdRef.RequestId), Is.EqualTo((first, false, start.RequestId)));
    }

    [Test]
    public async Task A_signal_with_start_that_must_start_is_not_supported()
    {
        await using var server = await TestServer.StartAsync();
        await RefusedAsync(
            () => server.Client.WorkflowService.SignalWithStartWorkflowExecutionAsync(new()
            {
                Namespace = "default",
                WorkflowId = "w",
                WorkflowType = new() { Name = "type" },
                TaskQueue = new() { Name = "queue" },
                SignalName = "signal",
                WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail,
            }),
            "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation.");
    }

    private static async Task RefusedAsync(Func<Task> call, string message, Code code = Code.InvalidArgument)
    {
        var refused = (await Assert.ThrowsAsync<RpcException>(call))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, message)));
    }
}
