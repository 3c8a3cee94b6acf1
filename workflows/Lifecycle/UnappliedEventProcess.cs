using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>An event that could not be applied because of an unexpected error: an operator has it applied again by a fixed program, or abandons it.</summary>
public sealed class UnappliedEventProcess(OrderRun run, PartnerEvent received)
    : OrderProcess(run, NameOf(received), $"event/{received.Id}")
{
    private static readonly ActivityStep ApplyEvent = new("apply-event", "apply an event of another team");

    public override bool IsNeeded => Order.UnappliedEvents.Exists(known => known.Id == received.Id);

    protected override async Task ExecuteAsync()
    {
        var chosen = await RequestInterventionAsync(
            ApplyEvent,
            $"{received.Type} {received.Id} could not be applied because of an unexpected error",
            [RecoveryActions.Retry, RecoveryActions.End],
            "the event changes nothing");
        Record(Acted(chosen));
        if (chosen.Resolution == RecoveryActions.Retry)
        {
            Record(PartnerEvents.Apply(Order, received, Now));
        }

        Record(new UnappliedEventSettled(Now, received.Id));
    }

    private static string NameOf(PartnerEvent received) => received.Source switch
    {
        "/teams/payment" => ProcessNames.Paying,
        "/teams/logistics" when received.Type == EventTypes.ReturnPickedUp => ProcessNames.Return,
        "/teams/logistics" => ProcessNames.Shipment,
        _ => ProcessNames.Placing,
    };
}
