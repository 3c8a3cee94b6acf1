using OrderOrchestration.Workflows.Tracing;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Operation.Tracing;

/// <summary>Does everything that a trace has to pass through.</summary>
[Workflow]
public sealed class TracedWorkflow
{
    private static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) };

    private bool isTold;
    private string? cause;

    [WorkflowRun]
    public async Task RunAsync(int rounds)
    {
        await Workflow.ExecuteActivityAsync(() => TracedActivities.NoteAsync("start"), Options);
        await Workflow.WaitConditionAsync(() => isTold);
        await Workflow.ExecuteActivityAsync(() => TracedActivities.NoteAsync("told"), Options);
        await Workflow.ExecuteLocalActivityAsync(
            () => TracedActivities.NoteAsync("local"), new LocalActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
        await Workflow.ExecuteChildWorkflowAsync((TracedChild child) => child.RunAsync());
        using (TraceCause.Use(cause))
        {
            await Workflow.ExecuteActivityAsync(() => TracedActivities.NoteAsync("taken-over"), Options);
        }

        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
        if (rounds > 0)
        {
            throw Workflow.CreateContinueAsNewException((TracedWorkflow next) => next.RunAsync(rounds - 1));
        }
    }

    [WorkflowSignal]
    public Task TellAsync()
    {
        isTold = true;
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public async Task ChangeAsync()
    {
        cause = TraceCause.Current;
        await Workflow.ExecuteActivityAsync(() => TracedActivities.NoteAsync("changed"), Options);
    }

    [WorkflowQuery]
    public bool Told() => isTold;
}

/// <summary>Called by another workflow.</summary>
[Workflow]
public sealed class TracedChild
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.ExecuteActivityAsync(
        () => TracedActivities.NoteAsync("child"), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
}
