using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Bench;

/// <summary>The smallest workflow that still shows a server's work: one activity.</summary>
[Workflow]
public sealed class OneActivityWorkflow
{
    private const string Queue = "bench";

    [WorkflowRun]
    public async Task<int> RunAsync(int number) =>
        await Workflow.ExecuteActivityAsync(() => Echo(number), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });

    [Activity]
    public static int Echo(int number) => number;

    /// <summary>A worker with more pollers than by default, where a single one takes the first tasks of all workflows and would be what is measured.</summary>
    internal static TemporalWorker Worker(TemporalClient client) => new(
        client,
        new TemporalWorkerOptions(Queue) { MaxConcurrentWorkflowTasks = 100, MaxConcurrentActivities = 100, MaxConcurrentWorkflowTaskPolls = 16 }.AddWorkflow<OneActivityWorkflow>().AddActivity(Echo));

    internal static Task<int> ExecuteAsync(TemporalClient client, int number) =>
        client.ExecuteWorkflowAsync((OneActivityWorkflow workflow) => workflow.RunAsync(number), new WorkflowOptions($"bench-{Guid.NewGuid():N}", Queue));
}
