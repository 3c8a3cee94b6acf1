using Microsoft.Extensions.Logging;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>Unexpected exceptions of workflow code, as opposed to Temporal failures: logged and counted once, not again at replay.</summary>
public static class UnexpectedWorkflowExceptions
{
    /// <summary>
    /// Counts an exception in a workflow of this type (contract §5, <c>workflow_exceptions_total{workflow}</c>). Workflow code has no access to the
    /// program's metrics, so the registration of the activities sets this callback.
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
