using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Messages;

/// <summary>Queries that no worker could answer fail at once instead of waiting for one.</summary>
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
}
