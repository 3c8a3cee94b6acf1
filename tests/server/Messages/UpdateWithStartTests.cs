using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;
using Stage = Temporalio.Api.Enums.V1.UpdateWorkflowExecutionLifecycleStage;

namespace OrderOrchestration.Tests.Server.Messages;

/// <summary>Updates that bring their workflow with them.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class UpdateWithStartTests
{
    [Test]
    public async Task It_starts_a_workflow_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var answer = await DoneAsync(hand, Request(hand));
        Assert.That(answer.Responses[0].StartWorkflow.Started, Is.True);
        Assert.That(answer.Responses[0].StartWorkflow.Link.WorkflowEvent.EventRef.EventType, Is.EqualTo(EventType.WorkflowExecutionStarted));
        Assert.That(answer.Responses[1].UpdateWorkflow.Stage, Is.EqualTo(Stage.Completed));
    }

    [TestCase(WorkflowIdConflictPolicy.Fail)]
    [TestCase(WorkflowIdConflictPolicy.UseExisting)]
    [TestCase(WorkflowIdConflictPolicy.TerminateExisting)]
    public async Task A_known_update_of_a_running_workflow_has_its_old_outcome_whatever_the_policy(WorkflowIdConflictPolicy policy)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = await DoneAsync(hand, Request(hand));
        var again = Request(hand);
        again.Operations[0].StartWorkflow.WorkflowIdConflictPolicy = policy;
        AssertKnown(first, await hand.Service.ExecuteMultiOperationAsync(again), WorkflowExecutionStatus.Running);
    }

    [TestCase(WorkflowIdReusePolicy.AllowDuplicate)]
    [TestCase(WorkflowIdReusePolicy.RejectDuplicate)]
    public async Task A_known_update_of_a_closed_workflow_has_its_old_outcome_whatever_the_policy(WorkflowIdReusePolicy policy)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = await DoneAsync(hand, Request(hand));
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var again = Request(hand);
        again.Operations[0].StartWorkflow.WorkflowIdReusePolicy = policy;
        AssertKnown(first, await hand.Service.ExecuteMultiOperationAsync(again), WorkflowExecutionStatus.Terminated);
    }

    [Test]
    public async Task An_update_that_waits_already_is_joined_whatever_the_policy()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var first = hand.Service.ExecuteMultiOperationAsync(Request(hand));
        await server.Client.GetWorkflowHandle("w").UntilStartedAsync();
        var second = hand.Service.ExecuteMultiOperationAsync(Request(hand));
        await hand.AcceptUpdatesAsync(complete: true);
        Assert.That((await first).Responses[0].StartWorkflow.Started, Is.True);
        Assert.That((await second).Responses[0].StartWorkflow.Started, Is.False);
        Assert.That((await second).Responses[1].UpdateWorkflow.Stage, Is.EqualTo(Stage.Completed));
    }

    [Test]
    public async Task Another_update_goes_to_the_running_workflow_where_the_policy_says_so([Values] bool sameRequest)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var request = Request(hand);
        await DoneAsync(hand, request);
        var other = Request(hand, updateId: "another");
        other.Operations[0].StartWorkflow.WorkflowIdConflictPolicy = sameRequest ? WorkflowIdConflictPolicy.Fail : WorkflowIdConflictPolicy.UseExisting;
        other.Operations[0].StartWorkflow.RequestId = sameRequest ? request.Operations[0].StartWorkflow.RequestId : "other";
        var answer = await DoneAsync(hand, other);
        Assert.That((answer.Responses[0].StartWorkflow.Started, answer.Responses[0].StartWorkflow.Status), Is.EqualTo((false, WorkflowExecutionStatus.Running)));
    }

    [Test]
    public async Task Another_update_is_refused_at_the_start_where_the_policy_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await DoneAsync(hand, Request(hand));
        var failure = await FailedAsync(hand, Request(hand, updateId: "another"), Code.AlreadyExists);
        Assert.That(failure.Statuses[0].Message, Does.StartWith("Workflow execution is already running. WorkflowId: w, RunId: "));
        AssertAborted(failure.Statuses[1]);
    }

    [Test]
    public async Task What_the_workflow_does_not_take_is_told_at_the_update()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { UpdatesInFlight = 1 } });
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var waiting = hand.UpdateAsync("w", "waiting");
        await hand.AcceptUpdatesAsync();
        await waiting;
        var request = Request(hand, updateId: "one too many");
        request.Operations[0].StartWorkflow.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        var failure = await FailedAsync(hand, request, Code.ResourceExhausted);
        AssertAborted(failure.Statuses[0]);
        Assert.That(failure.Statuses[1].Message, Does.Contain("concurrent in-flight updates"));
    }

    [Test]
    public async Task What_becomes_of_an_update_whose_workflow_closes_is_told_at_the_update_and_the_start_stands()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var failing = FailedAsync(hand, Request(hand), Code.NotFound);
        await server.Client.GetWorkflowHandle("w").UntilStartedAsync();
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var failure = await failing;
        Assert.That((failure.Statuses[0].Code, failure.Statuses[1].Message), Is.EqualTo((0, "workflow update was aborted by closing workflow")));
    }

    [Test]
    public async Task An_update_that_a_closing_workflow_did_not_see_starts_the_next_one()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var closing = await hand.PollAsync();
        var request = Request(hand);
        request.Operations[0].StartWorkflow.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        var updated = hand.Service.ExecuteMultiOperationAsync(request);
        while (!await IsKnownAsync(hand))
        {
            await Task.Yield();
        }

        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = closing.TaskToken, Commands = { ManualWorker.Complete() } });
        await hand.AcceptUpdatesAsync(complete: true);
        var answer = await updated;
        Assert.That(answer.Responses[0].StartWorkflow.Started, Is.True);
        Assert.That(answer.Responses[0].StartWorkflow.RunId, Is.Not.EqualTo(closing.WorkflowExecution.RunId));
    }

    private static IEnumerable<TestCaseData> Invalid()
    {
        static TestCaseData Case(string message, int at, Action<ExecuteMultiOperationRequest> spoil) => new TestCaseData(message, at, spoil).SetArgDisplayNames(message);
        yield return Case("CronSchedule is not allowed.", 0, request => request.Operations[0].StartWorkflow.CronSchedule = "0 0 * * *");
        yield return Case("WorkflowStartDelay is not supported.", 0, request => request.Operations[0].StartWorkflow.WorkflowStartDelay = new() { Seconds = 1 });
        yield return Case("RequestEagerExecution is not supported.", 0, request => request.Operations[0].StartWorkflow.RequestEagerExecution = true);
        yield return Case("WorkflowType is not set on request.", 0, request => request.Operations[0].StartWorkflow.WorkflowType = null);
        yield return Case("Operation namespace did not match request's namespace.", 0, request => request.Operations[0].StartWorkflow.Namespace = "other");
        yield return Case("RunId is not allowed.", 1, request => request.Operations[1].UpdateWorkflow.WorkflowExecution.RunId = Guid.NewGuid().ToString());
        yield return Case("FirstExecutionRunId is not allowed.", 1, request => request.Operations[1].UpdateWorkflow.FirstExecutionRunId = Guid.NewGuid().ToString());
        yield return Case("WorkflowId is not consistent with previous operation(s).", 1, request => request.Operations[1].UpdateWorkflow.WorkflowExecution.WorkflowId = "other");
        yield return Case("Update name is not set on request.", 1, request => request.Operations[1].UpdateWorkflow.Request.Input.Name = "");
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task What_has_no_place_in_it_is_refused_where_it_stands(string message, int at, Action<ExecuteMultiOperationRequest> spoil)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var request = Request(hand);
        spoil(request);
        var failure = await FailedAsync(hand, request, Code.InvalidArgument);
        Assert.That((failure.Statuses[at].Code, failure.Statuses[at].Message), Is.EqualTo(((int)Code.InvalidArgument, message)));
        AssertAborted(failure.Statuses[1 - at]);
        await Assert.ThatAsync(() => server.Client.GetWorkflowHandle("w").DescribeAsync(), Throws.TypeOf<RpcException>(), "nothing was started");
    }

    [Test]
    public async Task It_is_a_start_and_an_update_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        var request = Request(hand);
        request.Operations.Add(request.Operations[1]);
        var refused = await Assert.ThrowsAsync<RpcException>(() => hand.Service.ExecuteMultiOperationAsync(request));
        Assert.That((refused!.Code, refused.Message), Is.EqualTo((Code.InvalidArgument, "Operations have to be exactly [Start, Update].")));
    }

    private static ExecuteMultiOperationRequest Request(ManualWorker hand, string updateId = "u")
    {
        var start = hand.Start("w");
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail;
        return new()
        {
            Namespace = "default",
            Operations =
            {
                new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = start },
                new ExecuteMultiOperationRequest.Types.Operation
                {
                    UpdateWorkflow = new()
                    {
                        Namespace = "default",
                        WorkflowExecution = new() { WorkflowId = "w" },
                        WaitPolicy = new() { LifecycleStage = Stage.Completed },
                        Request = new() { Meta = new() { UpdateId = updateId }, Input = new() { Name = "update" } },
                    },
                },
            },
        };
    }

    private static async Task<ExecuteMultiOperationResponse> DoneAsync(ManualWorker hand, ExecuteMultiOperationRequest request)
    {
        var answer = hand.Service.ExecuteMultiOperationAsync(request);
        await hand.AcceptUpdatesAsync(complete: true);
        return await answer;
    }

    private static async Task<MultiOperationExecutionFailure> FailedAsync(ManualWorker hand, ExecuteMultiOperationRequest request, Code code)
    {
        var failed = (await Assert.ThrowsAsync<RpcException>(() => hand.Service.ExecuteMultiOperationAsync(request)))!;
        Assert.That((failed.Code, failed.Message), Is.EqualTo((code, "Update-with-Start could not be executed.")));
        return failed.GrpcStatus.Value!.Details.Single().Unpack<MultiOperationExecutionFailure>();
    }

    private static async Task<bool> IsKnownAsync(ManualWorker hand)
    {
        try
        {
            await hand.Service.PollWorkflowExecutionUpdateAsync(
                new() { Namespace = "default", UpdateRef = new() { UpdateId = "u", WorkflowExecution = new() { WorkflowId = "w" } } });
            return true;
        }
        catch (RpcException unknown) when (unknown.Code == Code.NotFound)
        {
            return false;
        }
    }

    private static void AssertKnown(ExecuteMultiOperationResponse first, ExecuteMultiOperationResponse again, WorkflowExecutionStatus status)
    {
        var start = again.Responses[0].StartWorkflow;
        Assert.That((start.RunId, start.Started, start.Status), Is.EqualTo((first.Responses[0].StartWorkflow.RunId, false, status)));
        Assert.That(again.Responses[1].UpdateWorkflow.Outcome, Is.EqualTo(first.Responses[1].UpdateWorkflow.Outcome));
    }

    private static void AssertAborted(MultiOperationExecutionFailure.Types.OperationStatus status)
    {
        Assert.That((status.Code, status.Message), Is.EqualTo(((int)Code.Aborted, "Operation was aborted.")));
        Assert.That(status.Details.Single().Is(Temporalio.Api.Failure.V1.MultiOperationExecutionAborted.Descriptor));
    }
}
