using Temporalio.Activities;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Bench;

/// <summary>The smallest workflow that still shows a server's work: one activity.</summary>
[Workflow]
public sealed class OneActivityWorkflow
{
    [WorkflowRun]
    public async Task<int> RunAsync(int number) =>
        await Workflow.ExecuteActivityAsync(() => Echo(number), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });

    [Activity]
    public static int Echo(int number) => number;
}
