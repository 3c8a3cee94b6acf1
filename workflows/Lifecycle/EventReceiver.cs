using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Applies events of other teams as they arrive. A run that is behind the stored snapshot applies nothing; the run that continues from the snapshot
/// does.
/// </summary>
internal sealed class EventReceiver(OrderRun run)
{
    private Order Order => run.Order;

    public void Receive(PartnerEvent received)
    {
        run.Received(received);
        if (received.SeenVersion > Order.Version)
        {
            run.Supersede();
        }

        if (run.IsSuperseded)
        {
            return;
        }

        try
        {
            run.Record(PartnerEvents.Apply(Order, received, Workflow.UtcNow));
        }
#pragma warning disable CA1031 // An unexpected exception becomes an intervention: the order is unchanged, and a fixed program applies the event on retry.
        catch (Exception exception) when (exception is not FailureException)
#pragma warning restore CA1031
        {
            UnexpectedWorkflowExceptions.Report(exception, Order.OrderId, received.Type);
            run.Record(new PartnerEventUnapplied(Workflow.UtcNow, received));
        }
    }
}
