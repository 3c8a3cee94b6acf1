using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server;

/// <summary>A worker of the SDK runs on the server as on a real one.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public class SmokeTests
{
    [Test]
    [CancelAfter(20_000)]
    public async Task A_workflow_with_an_activity_completes()
    {
        await using var server = await TestServer.StartAsync();
        await server.WithWorkerAsync(
            options => options.AddWorkflow<GreetingWorkflow>().AddActivity(GreetingActivities.Greet),
            async () =>
            {
                var result = await server.Client.ExecuteWorkflowAsync((GreetingWorkflow wf) => wf.RunAsync("Temporal"), server.NewWorkflow());
                Assert.That(result, Is.EqualTo("Hello, Temporal!"));
            });
    }
}
