using Microsoft.Extensions.Logging;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>Exceptions of workflow code that are no failures of Temporal: logged and counted once, not again at replay.</summary>
public static class WorkflowSurprises
{
    /// <summary>
    /// Counts an exception in a workflow of this type (contract §5, <c>workflow_exceptions_total{workflow}</c>). The program's metrics are outside of what
    /// workflows know: who registers the activities sets it.
    /// </summary>
    public static Action<string> Count { get; set; } = _ => { };

    public static void Report(Exception surprise, string orderId, string process)
    {
        Workflow.Logger.LogError(surprise, "Order {OrderId}: unexpected error in {Process}", orderId, process);
        if (!Workflow.Unsafe.IsReplaying)
        {
            Count(Workflow.Info.WorkflowType);
        }
    }
}
