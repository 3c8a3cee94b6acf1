using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// 배송 (seed §5.4): one parcel from its request to its arrival. After the third failed delivery it is recalled (배송 3회 실패 시 자동 반송); returned goods are
/// put back in stock and refunded. A parcel without events needs an intervention.
/// </summary>
public sealed class ShipmentProcess(OrderRun run, string shipmentId) : OrderProcess(run, ProcessNames.Shipment, ProcessKeyOf(shipmentId))
{
    private static readonly ActivityStep RequestShipping = new("request-shipping", "request shipping at the logistics team");
    private static readonly ActivityStep ReturnShipment = new("return-shipment", "have the logistics team send an undeliverable parcel back");
    private static readonly ActivityStep RestoreGoods = new("restore-goods", "put goods that came back on the product team's shelves");
    private static readonly ActivityStep AwaitShipment = new("await-shipment", "wait for the logistics team to report the parcel");
    private static readonly ActivityStep ReadLastScan = new("read-last-scan", "read when the courier last reported the parcel");

    /// <summary>The key of a parcel's process within its order.</summary>
    public static string ProcessKeyOf(string shipmentId) => "shipment/" + shipmentId;

    private Shipment Parcel => Order.FindShipment(shipmentId)!;

    public override bool IsNeeded => IsNeededFor(Order, Parcel);

    /// <summary>
    /// A returned parcel is put back in stock even if the order was cancelled meanwhile, because a cancellation only restores units that no returned
    /// parcel carries.
    /// </summary>
    public static bool IsNeededFor(Order order, Shipment shipment) =>
        !shipment.Closed
        && (!order.IsCancelled || shipment.Status == ShipmentStatus.Returned)
        && (shipment.Accepted || !order.IsStopping(shipment));

    protected override async Task ExecuteAsync()
    {
        if (!Parcel.Accepted)
        {
            await CallAsync(RequestShipping, async (record, options) =>
            {
                await Workflow.ExecuteActivityAsync(
                    (IShippingActivities logistics) => logistics.RequestShipmentAsync(ShippingRules.Request(Order, Parcel, record)), options);
                return true;
            });
            Record(new ShipmentAccepted(Now, shipmentId));
        }

        while (Parcel.Status != ShipmentStatus.Returned)
        {
            await RecallIfFailedAsync();
            await FollowAsync();
        }

        await RestockAsync();
    }

    private async Task RecallIfFailedAsync()
    {
        if (Parcel is { Status: ShipmentStatus.DeliveryFailed } && Parcel.FailedDeliveries >= Order.Policies.MaxDeliveryAttempts)
        {
            Record(new ShipmentReturnRequested(Now, shipmentId));
        }

        if (Parcel is { Status: ShipmentStatus.Returning, ReturnAccepted: false })
        {
            await CallAsync(ReturnShipment, async (record, options) =>
            {
                var request = new ReturnShipment(record, OrderId, shipmentId, RefundReasons.Undeliverable, KeyOf("return-shipment", shipmentId));
                await Workflow.ExecuteActivityAsync((IShippingActivities logistics) => logistics.ReturnShipmentAsync(request), options);
                return true;
            });
            Record(new ShipmentReturnAccepted(Now, shipmentId));
        }
    }

    /// <summary>Waits for the next event of the parcel; without one an operator chooses to wait on, or closes the parcel as undeliverable.</summary>
    private async Task FollowAsync()
    {
        var seen = Parcel;
        if (seen.Status == ShipmentStatus.Returned
            || await WaitAsync(() => Parcel != seen, seen.LastEventAt + Order.Policies.ParcelPatience, "until an operator is told that the parcel is silent"))
        {
            Settle(AwaitShipment);
            return;
        }

        var scan = await CallUnrecordedAsync(ReadLastScan, options =>
            Workflow.ExecuteActivityAsync((IShippingActivities own) => own.ReadLastScanAsync(OrderId, shipmentId), options));
        if (scan.At > seen.LastEventAt && scan.At + Order.Policies.ParcelPatience > Now)
        {
            Record(new ShipmentAwaitedAgain(scan.At.Value, shipmentId));
            return;
        }

        var error = $"logistics has said nothing about the parcel for {Order.Policies.ParcelPatience.TotalDays} days";
        if (await RequestInterventionWhileAsync(AwaitShipment, error, () => Parcel == seen, EndMeans()) is { } chosen)
        {
            Record(chosen.Resolution == RecoveryActions.End
                ? [new ShipmentLost(Now, shipmentId), Acted(chosen)]
                : [new ShipmentAwaitedAgain(Now, shipmentId), Acted(chosen)]);
        }
    }

    private string EndMeans() => "the parcel counts as undeliverable: its goods are lost, what was paid for "
        + $"{string.Join(", ", Parcel.Lines.Select(line => $"{line.Quantity} × {line.ProductId}"))} goes back to the customer";

    private async Task RestockAsync()
    {
        if (!Parcel.Restocked)
        {
            var units = Order.Stocked(Parcel.Lines);
            if (units.Count > 0)
            {
                await CallAsync(RestoreGoods, async (record, options) =>
                {
                    var request = new RestoreGoods(record, OrderId, units, RefundReasons.Undeliverable, KeyOf("restore-goods", shipmentId));
                    await Workflow.ExecuteActivityAsync((IShippingActivities product) => product.RestoreGoodsAsync(request), options);
                    return true;
                });
            }

            Record(new ShipmentRestocked(Now, shipmentId, units));
        }

        Record(ShippingRules.ReturnedToSender(Order, Parcel, Now));
    }
}
