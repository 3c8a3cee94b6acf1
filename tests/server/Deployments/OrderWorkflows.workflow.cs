using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>An order as version 1 handles it, pinned for life.</summary>
[Workflow("Order", VersioningBehavior = VersioningBehavior.Pinned)]
public class OrderWorkflowV1
{
    private bool paid;

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        var reserved = await Workflow.ExecuteActivityAsync((OrderActivities activities) => activities.Version(), new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        await Workflow.WaitConditionAsync(() => paid);
        var shipped = await Workflow.ExecuteActivityAsync((OrderActivities activities) => activities.Version(), new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        return $"v1: {reserved} {shipped}";
    }

    [WorkflowSignal]
    public Task PayAsync()
    {
        paid = true;
        return Task.CompletedTask;
    }
}

/// <summary>An order as version 2 handles it.</summary>
[Workflow("Order", VersioningBehavior = VersioningBehavior.Pinned)]
public class OrderWorkflowV2
{
    private bool paid;

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => paid);
        return $"v2: {await Workflow.ExecuteActivityAsync((OrderActivities activities) => activities.Version(), new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) })}";
    }

    [WorkflowSignal]
    public Task PayAsync()
    {
        paid = true;
        return Task.CompletedTask;
    }
}

/// <summary>A customer's account, which outlives versions: it moves on to each new one.</summary>
[Workflow("Account", VersioningBehavior = VersioningBehavior.AutoUpgrade)]
public class AccountWorkflow
{
    private bool closed;
    private int visits;

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => closed);
        return Workflow.CurrentDeploymentVersion!.BuildId;
    }

    [WorkflowSignal]
    public Task VisitAsync()
    {
        visits++;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task CloseAsync()
    {
        closed = true;
        return Task.CompletedTask;
    }

    [WorkflowQuery]
    public int Visits() => visits;
}

/// <summary>Tells which version's worker ran it.</summary>
public class OrderActivities(string version)
{
    [Activity]
    public string Version() => version;
}
