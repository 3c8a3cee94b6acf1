using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>What other teams publish: applied at once. A run that is behind the stored snapshot applies nothing, and the run that takes the order up does.</summary>
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
#pragma warning disable CA1031 // A surprise is an operator's: the order is as it was, and a mended program applies the event by retry.
        catch (Exception surprise) when (surprise is not FailureException)
#pragma warning restore CA1031
        {
            WorkflowSurprises.Report(surprise, Order.OrderId, received.Type);
            run.Record(new PartnerEventUnapplied(Workflow.UtcNow, received));
        }
    }
}
