using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>Who gets a workflow id.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class StartTests
{
    [Test]
    public async Task An_eager_start_that_is_repeated_is_answered_with_the_same_task_while_that_lasts()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var start = hand.Start("w");
        start.RequestEagerExecution = true;

        // Not by the SDK's client: that asks for a task only where a worker of the same client has room for it.
        async Task<PollWorkflowTaskQueueResponse?> EagerAsync() =>
            (await server.Server.WorkflowService.StartWorkflowExecution(start, new(DateTime.MaxValue, CancellationToken.None))).EagerWorkflowTask;
        var first = await EagerAsync();
        Assert.That(first, Is.Not.Null);
        Assert.That(await EagerAsync(), Is.EqualTo(first));
        await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = first!.TaskToken });
        Assert.That(await EagerAsync(), Is.Null);
    }

    [Test]
    public async Task Of_many_starts_of_one_id_exactly_one_wins()
    {
        await using var server = await TestServer.StartAsync();
        var options = server.NewWorkflow();
        var starts = Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
                return handle.ResultRunId;
            }
            catch (WorkflowAlreadyStartedException)
            {
                return null;
            }
        });
        var runs = await Task.WhenAll(starts);
        Assert.That(runs.Count(run => run is not null), Is.EqualTo(1));
    }

    [Test]
    public async Task The_existing_run_is_used_where_the_conflict_policy_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var options = server.NewWorkflow(o => o.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting);
        var first = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        var second = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        Assert.That(second.ResultRunId, Is.EqualTo(first.ResultRunId));
    }

    [Test]
    public async Task The_existing_run_is_terminated_where_the_conflict_policy_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var options = server.NewWorkflow(o => o.IdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting);
        var first = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        var second = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        var described = await server.Client.GetWorkflowHandle(options.Id!, first.ResultRunId).DescribeAsync();
        Assert.That(second.ResultRunId, Is.Not.EqualTo(first.ResultRunId));
        Assert.That(described.Status, Is.EqualTo(WorkflowExecutionStatus.Terminated));
    }

    [TestCase(WorkflowIdReusePolicy.AllowDuplicate, true)]
    [TestCase(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, true)]
    [TestCase(WorkflowIdReusePolicy.RejectDuplicate, false)]
    public async Task A_closed_id_is_reused_as_its_policy_says(WorkflowIdReusePolicy policy, bool allowed)
    {
        await using var server = await TestServer.StartAsync();
        var options = server.NewWorkflow(o => o.IdReusePolicy = policy);
        var first = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        await first.TerminateAsync("make room");
        async Task StartAgain() => await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        await Assert.ThatAsync(StartAgain, allowed ? Throws.Nothing : Throws.TypeOf<WorkflowAlreadyStartedException>());
    }

    [Test]
    public async Task A_repeated_request_answers_with_the_run_it_started()
    {
        await using var server = await TestServer.StartAsync();
        var request = new Temporalio.Api.WorkflowService.V1.StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "once",
            WorkflowType = new() { Name = "Any" },
            TaskQueue = new() { Name = "any" },
            RequestId = "request-1",
        };
        var first = await server.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        var second = await server.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        Assert.That(second.RunId, Is.EqualTo(first.RunId));
    }

    [TestCase(0, true)]
    [TestCase(60, false)]
    public async Task An_eager_start_is_recorded_unless_it_is_delayed(int delaySeconds, bool eager)
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow(o =>
            {
                o.RequestEagerStart = true;
                o.StartDelay = TimeSpan.FromSeconds(delaySeconds);
            }));
            var started = (await handle.FetchHistoryAsync()).Events.First().WorkflowExecutionStartedEventAttributes;
            Assert.That(started.EagerExecutionAccepted, Is.EqualTo(eager));
        });
    }

    [Test]
    public async Task What_is_set_to_nothing_at_start_is_not_set()
    {
        await using var server = await TestServer.StartAsync();
        var nothing = new Temporalio.Api.Common.V1.Payload { Metadata = { ["encoding"] = Google.Protobuf.ByteString.CopyFromUtf8("binary/null") } };
        var something = new Temporalio.Api.Common.V1.Payload { Data = Google.Protobuf.ByteString.CopyFromUtf8("1") };
        await server.Client.WorkflowService.StartWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowId = "partly",
            WorkflowType = new() { Name = "Any" },
            TaskQueue = new() { Name = "any" },
            Memo = new() { Fields = { ["kept"] = something, ["empty"] = nothing } },
        });
        var started = (await server.Client.GetWorkflowHandle("partly").FetchHistoryAsync()).Events.First().WorkflowExecutionStartedEventAttributes;
        Assert.That(started.Memo.Fields.Keys, Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public async Task The_requests_that_led_to_a_run_are_described()
    {
        await using var server = await TestServer.StartAsync();
        var request = new Temporalio.Api.WorkflowService.V1.StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "asked-twice",
            WorkflowType = new() { Name = "Any" },
            TaskQueue = new() { Name = "any" },
            RequestId = "first",
        };
        await server.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        request.RequestId = "second";
        request.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        request.OnConflictOptions = new() { AttachRequestId = true };
        await server.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        var infos = (await server.Client.GetWorkflowHandle("asked-twice").DescribeRawAsync()).WorkflowExtendedInfo.RequestIdInfos;
        Assert.That((infos["first"].EventId, infos["first"].EventType), Is.EqualTo((1, EventType.WorkflowExecutionStarted)));
        Assert.That((infos["second"].EventId, infos["second"].EventType), Is.EqualTo((3, EventType.WorkflowExecutionOptionsUpdated)));
    }

    [Test]
    public async Task A_start_delay_holds_the_first_task_back()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync(
            (MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow(o => o.StartDelay = TimeSpan.FromDays(1)));
        var history = await handle.FetchHistoryAsync();
        Assert.That(history.Events.Select(e => e.EventType), Is.EqualTo(new[] { EventType.WorkflowExecutionStarted }));
        await handle.SignalAsync(wf => wf.AddAsync("later"));
        history = await handle.FetchHistoryAsync();
        Assert.That(history.Events.Last().EventType, Is.EqualTo(EventType.WorkflowExecutionSignaled), "a signal does not end the wait");
        await server.Server.SkipAsync(TimeSpan.FromDays(1));
        await handle.UntilAsync(description => description.PendingWorkflowTask is not null);
    }

    [TestCase("cancel")]
    [TestCase("signal with start")]
    [TestCase("update")]
    public async Task Who_asks_a_workflow_that_is_not_due_to_do_something_at_once_ends_its_wait(string what)
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync(
            (MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow(o => o.CronSchedule = "0 0 1 1 *"));
        switch (what)
        {
            case "cancel":
                await handle.CancelAsync();
                break;
            case "signal with start":
                var again = new WorkflowOptions(handle.Id, server.TaskQueue);
                again.SignalWithStart((MessagesWorkflow wf) => wf.AddAsync("now"));
                await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), again);
                break;
            default:
                var update = handle.StartUpdateAsync(wf => wf.AppendAsync("now"), new(WorkflowUpdateStage.Accepted) { Rpc = new() { Timeout = TimeSpan.FromMilliseconds(500) } });
                await Assert.ThatAsync(() => update, Throws.TypeOf<Temporalio.Exceptions.WorkflowUpdateRpcTimeoutOrCanceledException>());
                break;
        }

        var history = await handle.FetchHistoryAsync();
        Assert.That(history.Events.Last().EventType, Is.EqualTo(EventType.WorkflowTaskScheduled));
    }
}
