using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Asks for parcels, stops and redirects them, and has goods brought back at the logistics team (seed §5.4, §5.5).</summary>
public sealed class LogisticsActivities(LogisticsClient logistics, OrderJournal journal) : ILogisticsSteps
{
    [Activity]
    public Task RequestShippingAsync(RequestShipping step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        foreach (var shipment in step.Shipments)
        {
            await logistics.RequestShipmentAsync(step.OrderId, shipment, step.ShipTo, step.Note, $"{step.KeyPrefix}/{shipment.ShipmentId}", cancellation);
        }
    });

    [Activity]
    public Task<ShipmentsStopped> StopShipmentsAsync(StopShipments step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        List<string> stopped = [];
        List<string> refused = [];
        foreach (var shipmentId in step.ShipmentIds)
        {
            (await logistics.StopAsync(shipmentId, $"{step.KeyPrefix}/{shipmentId}", cancellation) ? stopped : refused).Add(shipmentId);
        }

        return new ShipmentsStopped(stopped, refused);
    });

    [Activity]
    public Task<AddressChanged> ChangeAddressAsync(ChangeAddress step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        if (await logistics.GetServiceabilityAsync(step.ShipTo.PostalCode, cancellation) is { Deliverable: false })
        {
            return new AddressChanged(Deliverable: false, []);
        }

        List<string> changed = [];
        foreach (var shipmentId in step.ShipmentIds)
        {
            if (!await logistics.ChangeAddressAsync(shipmentId, step.ShipTo, $"{step.KeyPrefix}/{shipmentId}", cancellation))
            {
                break;
            }

            changed.Add(shipmentId);
        }

        return new AddressChanged(Deliverable: true, changed);
    });

    [Activity]
    public Task ReturnShipmentAsync(ReturnShipment step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        await logistics.ReturnAsync(step.ShipmentId, step.Reason, step.Key, cancellation);
    });

    [Activity]
    public Task RequestPickupAsync(RequestPickup step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        await logistics.RequestPickupAsync(step.OrderId, step.PickupId, step.Lines, step.From, step.Key, cancellation);
    });
}
