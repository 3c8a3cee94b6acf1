using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>What operators do: delete runs, run batches, keep namespaces.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class AdministrationTests
{
    [Test]
    public async Task A_deleted_workflow_is_neither_found_nor_listed_and_its_id_is_free()
    {
        await using var server = await TestServer.StartAsync();
        var options = server.NewWorkflow(o => o.IdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate);
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options);
        await server.Client.WorkflowService.DeleteWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = handle.Id } });
        await Assert.ThatAsync(() => handle.DescribeAsync(), Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.NotFound));
        Assert.That((await server.Client.CountWorkflowsAsync("")).Count, Is.Zero);
        await Assert.ThatAsync(() => server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options), Throws.Nothing);
    }

    [Test]
    public async Task A_batch_does_its_operation_on_every_run_that_the_filter_names()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        }

        var service = server.Client.WorkflowService;
        await service.StartBatchOperationAsync(new()
        {
            Namespace = "default",
            JobId = "job",
            Reason = "clean up",
            VisibilityQuery = "ExecutionStatus = 'Running'",
            TerminationOperation = new() { Identity = "operator" },
        });
        Temporalio.Api.WorkflowService.V1.DescribeBatchOperationResponse job;
        do
        {
            job = await service.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = "job" });
        }
        while (job.State == BatchOperationState.Running);
        Assert.That(job.CompleteOperationCount, Is.EqualTo(5));
        Assert.That((await server.Client.CountWorkflowsAsync("ExecutionStatus = 'Terminated'")).Count, Is.EqualTo(5));
    }

    [Test]
    public async Task A_namespace_keeps_its_runs_to_itself()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.RegisterNamespaceAsync(new() { Namespace = "other", WorkflowExecutionRetentionPeriod = new() { Seconds = 86_400 } });
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        await Assert.ThatAsync(
            () => service.DescribeWorkflowExecutionAsync(new() { Namespace = "other", Execution = new() { WorkflowId = handle.Id } }),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(Code.NotFound));
        Assert.That((await service.ListNamespacesAsync(new())).Namespaces.Select(n => n.NamespaceInfo.Name), Is.EqualTo(new[] { "default", "other" }));
    }
}
