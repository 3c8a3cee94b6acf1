using System.Diagnostics;
using OrderOrchestration.Tests.Server.Executions;
using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Messages;

/// <summary>Queries that no worker could answer fail at once instead of waiting for one; others wait as long as their caller does.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class QueryTests
{
    [Test]
    public async Task A_workflow_whose_start_is_delayed_cannot_be_queried_yet()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync(
            (MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow(o => o.StartDelay = TimeSpan.FromDays(1)));
        var failure = (await Assert.ThrowsAsync<RpcException>(() => handle.QueryAsync(wf => wf.Received())))!;
        Assert.That((failure.Code, failure.Message), Is.EqualTo((RpcException.StatusCode.FailedPrecondition, "Workflow task is not scheduled yet.")));
    }

    [Test]
    public async Task A_workflow_that_ended_before_any_worker_saw_it_cannot_be_queried()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await handle.TerminateAsync();
        var failure = (await Assert.ThrowsAsync<RpcException>(() => handle.QueryAsync(wf => wf.Received())))!;
        Assert.That(failure.Message, Is.EqualTo("Workflow execution closed before WorkflowTaskStarted event"));
    }

    [Test]
    public async Task A_workflow_that_ended_while_its_task_failed_over_and_over_cannot_be_queried()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await hand.WorkAsync();
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await hand.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken });
        await hand.PollAsync();
        await hand.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "w" } });
        var failure = (await Assert.ThrowsAsync<RpcException>(() => hand.Service.QueryWorkflowAsync(Query())))!;
        Assert.That(failure.Message, Is.EqualTo("Unable to query workflow due to Workflow Task in failed state."), "the task that the end took from its worker counts");
    }

    [Test]
    public async Task One_query_at_a_time_waits_for_the_workflow_task()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        var first = hand.Service.QueryWorkflowAsync(Query());
        var second = hand.Service.QueryWorkflowAsync(Query());
        var refused = await Task.WhenAny(first, second);
        var failure = (await Assert.ThrowsAsync<RpcException>(() => refused))!;
        Assert.That((failure.Code, failure.Message), Is.EqualTo(
            (RpcException.StatusCode.ResourceExhausted, "consistent query buffer is full, this may be caused by too many queries and workflow not able to process query fast enough")));
        var task = await hand.PollAsync();
        await hand.Service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = task.TaskToken,
            QueryResults = { [task.Queries.Keys.Single()] = new() { ResultType = QueryResultType.Answered } },
        });
        await (refused == first ? second : first);
    }

    [TestCase("", "query", "WorkflowId is not set on request.")]
    [TestCase("w", "", "QueryType is not set on request.")]
    [TestCase("w", null, "WorkflowQuery is not set on request.")]
    public async Task A_query_says_what_it_asks_of_whom(string workflowId, string? type, string message)
    {
        await using var server = await TestServer.StartAsync();
        var query = Query();
        query.Execution.WorkflowId = workflowId;
        query.Query = type is null ? null : new() { QueryType = type };
        var failure = (await Assert.ThrowsAsync<RpcException>(() => server.Client.WorkflowService.QueryWorkflowAsync(query)))!;
        Assert.That((failure.Code, failure.Message), Is.EqualTo((RpcException.StatusCode.InvalidArgument, message)));
    }

    [Test]
    public async Task A_query_of_a_client_in_a_hurry_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync("one"));

            // A machine that is busy with other tests may be late a few times.
            await Assert.ThatAsync(
                () => handle.QueryAsync(wf => wf.Received(), new() { Rpc = new() { Timeout = TimeSpan.FromMilliseconds(900) } }),
                Is.EqualTo(new[] { "one" }).After(20_000, 1));
        });
    }

    [Test]
    public async Task A_query_that_no_worker_answers_ends_with_its_callers_time()
    {
        await using var server = await TestServer.StartAsync();
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        var clock = Stopwatch.StartNew();
        var failure = (await Assert.ThrowsAsync<RpcException>(
            () => handle.QueryAsync(wf => wf.Received(), new() { Rpc = new() { Timeout = TimeSpan.FromMilliseconds(500) } })))!;
        Assert.That(failure.Code, Is.AnyOf(RpcException.StatusCode.DeadlineExceeded, RpcException.StatusCode.Cancelled));
        Assert.That(clock.Elapsed.TotalMilliseconds, Is.InRange(450, 5_500));
    }

    private static QueryWorkflowRequest Query() => new()
    {
        Namespace = "default",
        Execution = new() { WorkflowId = "w" },
        Query = new() { QueryType = "query" },
    };
}
