using Google.Protobuf;
using OrderOrchestration.Tests.Server.Executions;
using OrderOrchestration.Tests.Server.Requests.Mutations;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;
using StatusCode = Grpc.Core.StatusCode;

namespace OrderOrchestration.Tests.Server.Requests;

#pragma warning disable CS0612 // Deprecated by the API; clients still send runs and builds so.

/// <summary>What a batch operation must say, which runs it means, and what it does to them.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class BatchTests
{
    private const string Required = "must provide required parameters: BatchType/Reason/Namespace/Query/Executions";
    private const string NoActivities = "Either activity type must be set, or match all should be set to true";

    private static IEnumerable<TestCaseData> Refused()
    {
        static TestCaseData Case(string name, string message, Action<StartBatchOperationRequest> change) =>
            new TestCaseData(message, change).SetArgDisplayNames(name);
        yield return Case("no operation", Required, job => job.ClearOperation());
        yield return Case("no reason", Required, job => job.Reason = "");
        yield return Case("no runs", Required, job => job.VisibilityQuery = "");
        yield return Case("no id", "JobId is not set on request.", job => job.JobId = "");
        yield return Case("filter and runs", "batch query and executions are mutually exclusive", job => job.Executions.Add(new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = "w" }));
        yield return Case("signal", "must provide signal name", job => job.SignalOperation = new());
        yield return Case("reset", "unknown batch reset type Unspecified", job => job.ResetOperation = new());
        yield return Case("reset to", "batch reset missing target", job => job.ResetOperation = new() { Options = new() });
        yield return Case("workflow options", "must provide UpdateOptions", job => job.UpdateWorkflowOptionsOperation = new() { UpdateMask = new() });
        yield return Case("options mask", "must provide UpdateMask", job => job.UpdateWorkflowOptionsOperation = new() { WorkflowExecutionOptions = new() });
        yield return Case("unpause", "activity filter must be set", job => job.UnpauseActivitiesOperation = new());
        yield return Case("unpause none", NoActivities, job => job.UnpauseActivitiesOperation = new() { MatchAll = false });
        yield return Case("reset activities", "must provide ActivityType or MatchAll", job => job.ResetActivitiesOperation = new());
        yield return Case("reset no activity", NoActivities, job => job.ResetActivitiesOperation = new() { Type = "" });
        yield return Case("options", "Either activity type must be set, or restore original should be set to true", job => job.UpdateActivityOptionsOperation = new() { Type = "by-hand" });
        yield return Case(
            "options twice", "cannot set both activity options and restore original", job => job.UpdateActivityOptionsOperation = new() { ActivityOptions = new(), RestoreOriginal = true });
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_batch_says_what_to_do_to_which_runs_and_why(string message, Action<StartBatchOperationRequest> change)
    {
        await using var server = await TestServer.StartAsync();
        var job = Job(job => job.TerminationOperation = new());
        change(job);
        var refused = (await Assert.ThrowsAsync<RpcException>(() => server.Client.WorkflowService.StartBatchOperationAsync(job)))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.InvalidArgument, message)));
    }

    [Test]
    public async Task One_batch_is_at_work_at_a_time()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();

        // After the first fifty, fifty a second are taken: it is at work for three seconds.
        var first = Job(job => job.SignalOperation = new() { Signal = "s", Identity = "operator" });
        first.VisibilityQuery = "";
        first.Executions.Add(Enumerable.Repeat(new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = "w" }, 200));
        await server.Client.WorkflowService.StartBatchOperationAsync(first);
        var second = Job(job => job.TerminationOperation = new());
        second.JobId = "another";
        var refused = (await Assert.ThrowsAsync<RpcException>(() => server.Client.WorkflowService.StartBatchOperationAsync(second)))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.ResourceExhausted, "Max concurrent batch operations is reached")));
    }

    [TestCase(0f)]
    [TestCase(1000f)]
    public async Task A_batch_takes_fifty_runs_at_once_and_fifty_a_second_from_then_on(float asked)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        var job = Job(job => job.SignalOperation = new() { Signal = "s", Identity = "operator" });
        job.VisibilityQuery = "";
        job.MaxOperationsPerSecond = asked;
        job.Executions.Add(Enumerable.Repeat(new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = "w" }, 75));
        var done = await DoneAsync(hand, job);
        Assert.That(done.CloseTime.ToDateTime() - done.StartTime.ToDateTime(), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public async Task Runs_that_have_ended_are_passed_over_and_who_asked_is_told()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync(ManualWorker.Complete());
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("another"));
        var done = await DoneAsync(hand, Job(job => job.SignalOperation = new() { Signal = "s", Identity = "operator" }));
        Assert.That((done.TotalOperationCount, done.CompleteOperationCount, done.Identity), Is.EqualTo((1, 1, "operator")));
    }

    [Test]
    public async Task Activities_of_a_type_are_changed_reset_and_unpaused()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync(ManualWorker.Activity("a", "another-queue"));
        await hand.Service.PauseActivityAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "w" }, Type = "by-hand" });
        async Task<PendingActivityInfoOf> AfterAsync(Action<StartBatchOperationRequest> operation)
        {
            var request = Job(operation);
            request.JobId = Guid.NewGuid().ToString();
            var done = await DoneAsync(hand, request);
            var pending = (await server.Client.GetWorkflowHandle("w").DescribeRawAsync()).PendingActivities.Single();
            return new(done.OperationType, done.FailureOperationCount, pending.Paused, pending.ActivityOptions.HeartbeatTimeout.Seconds);
        }

        Assert.That(
            await AfterAsync(job => job.UpdateActivityOptionsOperation = new()
            {
                Type = "by-hand",
                ActivityOptions = new ActivityOptions { HeartbeatTimeout = new() { Seconds = 7 } },
                UpdateMask = new() { Paths = { "heartbeat_timeout" } },
            }),
            Is.EqualTo(new PendingActivityInfoOf(BatchOperationType.UpdateActivityOptions, 0, true, 7)));
        Assert.That(
            await AfterAsync(job => job.ResetActivitiesOperation = new() { Type = "by-hand", KeepPaused = true, RestoreOriginalOptions = true }),
            Is.EqualTo(new PendingActivityInfoOf(BatchOperationType.ResetActivity, 0, true, 0)));
        Assert.That(
            await AfterAsync(job => job.UnpauseActivitiesOperation = new() { Type = "by-hand" }),
            Is.EqualTo(new PendingActivityInfoOf(BatchOperationType.UnpauseActivity, 0, false, 0)));
    }

    [Test]
    public async Task Runs_are_reset_to_a_task_or_to_where_a_build_began()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var task = await hand.PollAsync();
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, WorkerVersionStamp = new() { BuildId = "new" } });
        async Task<(long Failed, int TakenOver)> AfterAsync(BatchOperationReset operation)
        {
            var request = Job(job => job.ResetOperation = operation);
            request.JobId = Guid.NewGuid().ToString();
            request.VisibilityQuery = "ExecutionStatus = 'Running'";
            var done = await DoneAsync(hand, request);
            var events = await hand.HistoryAsync("w");
            return (done.FailureOperationCount, events.TakeWhile(e => e.WorkflowTaskFailedEventAttributes is null).Count());
        }

        Assert.That(await AfterAsync(new() { Options = new() { BuildId = "unknown" } }), Is.EqualTo((1, 8)));
        Assert.That(await AfterAsync(new() { Options = new() { BuildId = "new" } }), Is.EqualTo((0, 7)));
        Assert.That(await AfterAsync(new() { Options = new() { WorkflowTaskId = 4 } }), Is.EqualTo((0, 3)));
    }

    [TestCase("temporal-go", "1.2.3", ">=1.0.0 <2.0.0", StatusCode.OK, "")]
    [TestCase("temporal-go", "one", "", StatusCode.InvalidArgument, "Unable to parse client version: No Major.Minor.Patch elements found")]
    [TestCase("temporal-go", "2.0.0", "", StatusCode.FailedPrecondition, "Client version 2.0.0 is not supported. Server supports temporal-go versions: <2.0.0")]
    [TestCase("temporal-dotnet", "2.0.0", "", StatusCode.OK, "")]
    [TestCase("", "", ">=2.0.0 || <1.0.0", StatusCode.FailedPrecondition, "Server version 1.31.2 is not supported. Client supports server versions: >=2.0.0 || <1.0.0")]
    [TestCase("", "", "none", StatusCode.InvalidArgument, "Unable to parse supported server versions: none")]
    public async Task A_client_that_does_not_go_with_the_server_runs_no_batch(string name, string version, string servers, StatusCode code, string message)
    {
        await using var server = await TestServer.StartAsync();
        using var wire = new GrpcWire(server.Server.TargetHost);
        var answer = await wire.CallAsync(
            "temporal.api.workflowservice.v1.WorkflowService",
            "ListBatchOperations",
            new ListBatchOperationsRequest { Namespace = "default" }.ToByteArray(),
            headers: [("grpc-timeout", "20S"), ("client-name", name), ("client-version", version), ("supported-server-versions", servers)]);
        Assert.That((answer.StatusCode, Uri.UnescapeDataString(answer.Detail)), Is.EqualTo((code, message)));
    }

    private static StartBatchOperationRequest Job(Action<StartBatchOperationRequest> operation)
    {
        var job = new StartBatchOperationRequest { Namespace = "default", JobId = "job", Reason = "why", VisibilityQuery = "WorkflowType = 'by-hand'" };
        operation(job);
        return job;
    }

    private static async Task<DescribeBatchOperationResponse> DoneAsync(ManualWorker hand, StartBatchOperationRequest job)
    {
        await hand.Service.StartBatchOperationAsync(job);
        while (true)
        {
            var described = await hand.Service.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = job.JobId });
            if (described.State != BatchOperationState.Running)
            {
                return described;
            }
        }
    }

    private sealed record PendingActivityInfoOf(BatchOperationType Operation, long Failed, bool Paused, long HeartbeatSeconds);
}
