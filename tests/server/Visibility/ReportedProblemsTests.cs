using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Workflows whose tasks keep failing are found by it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class ReportedProblemsTests
{
    [Test]
    public async Task Five_failures_in_a_row_are_reported_until_a_task_succeeds()
    {
        await using var server = await TestServer.StartAsync(new() { TimeSkipping = true });
        var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        for (var failures = 1; failures <= 5; failures++)
        {
            Assert.That(await ReportedAsync(server), Is.Zero);
            await server.Client.WorkflowService.RespondWorkflowTaskFailedAsync(
                new() { Namespace = "default", TaskToken = await TakeAsync(server), Cause = WorkflowTaskFailedCause.NonDeterministicError });
        }

        Assert.That(await ReportedAsync(server), Is.EqualTo(1));
        await server.Client.WorkflowService.RespondWorkflowTaskCompletedAsync(new() { Namespace = "default", TaskToken = await TakeAsync(server) });
        Assert.That(await ReportedAsync(server), Is.Zero);
        Assert.That((await handle.DescribeAsync()).Status, Is.EqualTo(WorkflowExecutionStatus.Running));
    }

    private static async Task<Google.Protobuf.ByteString> TakeAsync(TestServer server) => (await server.Client.WorkflowService.PollWorkflowTaskQueueAsync(
        new() { Namespace = "default", TaskQueue = new() { Name = server.TaskQueue } })).TaskToken;

    private static async Task<long> ReportedAsync(TestServer server) => (await server.Client.CountWorkflowsAsync(
        "TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'cause=WorkflowTaskFailedCauseNonDeterministicError')")).Count;
}
