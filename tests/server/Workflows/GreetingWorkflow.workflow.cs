using Temporalio.Activities;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Workflows;

/// <summary>The smallest useful workflow: one activity.</summary>
[Workflow]
public class GreetingWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string name) => Workflow.ExecuteActivityAsync(
        () => GreetingActivities.Greet(name),
        new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
}

/// <summary>Its activity.</summary>
public static class GreetingActivities
{
    [Activity]
    public static string Greet(string name) => $"Hello, {name}!";
}
