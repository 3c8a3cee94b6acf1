using Temporalio.Workflows;

namespace OrderOrchestration.Tests.WebUi.Workflows;

/// <summary>A workflow with a child.</summary>
[Workflow]
public sealed class Purchase
{
    [WorkflowRun]
    public Task RunAsync(string order) =>
        Workflow.ExecuteChildWorkflowAsync((Payment payment) => payment.RunAsync(order), new() { Id = $"{order}/payment" });
}
