using EmbeddedTemporal;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>A database that an older server left is brought up to this one's format, and everything in it goes on.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class FormatTests
{
    [Test]
    public async Task What_the_first_format_holds_goes_on()
    {
        using var database = new DatabaseFile();
        await using (var old = typeof(FormatTests).Assembly.GetManifestResourceStream("version-1.db")!)
        await using (var file = File.Create(database.Path))
        {
            await old.CopyToAsync(file);
        }

        // The second opening finds the new format.
        for (var opening = 0; opening < 2; opening++)
        {
            await using var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { DatabaseFile = database.Path });
            Assert.That((await server.Client.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count, Is.EqualTo(2));
            Assert.That((await server.Client.CountWorkflowsAsync("ExecutionStatus = 'Terminated' AND WorkflowId = 'closed'")).Count, Is.EqualTo(1));
            Assert.That((await server.Client.GetWorkflowHandle("closed").FetchHistoryAsync()).Events, Has.Count.EqualTo(3));
            var retried = (await server.Client.GetWorkflowHandle("retrying").DescribeRawAsync()).PendingActivities.Single();
            Assert.That((retried.Attempt, retried.LastFailure.Message), Is.EqualTo((2, "not yet")));
        }

        await using var last = await TestServer.StartAsync(new EmbeddedTemporalOptions { DatabaseFile = database.Path });
        var worker = new ManualWorker(last.Client.WorkflowService, "queue");
        var completes = new Command { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() };
        await worker.WorkAsync(completes);
        var activity = await worker.PollActivityAsync();
        await worker.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = activity.TaskToken });
        await worker.WorkAsync(completes);
        Assert.That((await last.Client.CountWorkflowsAsync("ExecutionStatus = 'Completed'")).Count, Is.EqualTo(2));
    }
}
