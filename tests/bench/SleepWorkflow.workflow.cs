using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Bench;

/// <summary>Sleeps for a moment.</summary>
[Workflow]
public sealed class SleepWorkflow
{
    [WorkflowRun]
    public async Task RunAsync(TimeSpan span) => await Workflow.DelayAsync(span);
}
