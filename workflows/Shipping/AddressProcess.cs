using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// 배송지 변경: one short request asks logistics to send every parcel to the new address. If it refuses or does not answer, the order retains its address,
/// and the current address is sent again until logistics accepts it, so that no parcel goes to an unknown address. The address of a parcel that
/// logistics has not accepted yet cannot be changed there: its request is answered first, or waits for an operator and is then made with the new
/// address.
/// </summary>
public sealed class AddressProcess(OrderRun run) : OrderProcess(run, ProcessNames.Shipment, "address")
{
    private static readonly ActivityStep ChangeAddress = new("change-address", "change the address at the logistics team", CallTime: 60);

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => !order.IsClosed && (order.PendingAddress is not null || order.AddressUncertain);

    protected override async Task ExecuteAsync()
    {
        if (Order.PendingAddress is { } shipTo)
        {
            await ChangeAsync(shipTo);
        }

        if (Order.AddressUncertain)
        {
            await WaitAsync(() => Order.TravellingShipments.All(shipment => shipment.Accepted));
            var parcels = Parcels();
            await CallAsync(ChangeAddress, (record, options) => Workflow.ExecuteActivityAsync(
                (IShippingActivities logistics) => logistics.ChangeAddressAsync(Request(record, parcels, Order.ShipTo)), options));
            Record(new AddressConfirmed(Now));
        }
    }

    private async Task ChangeAsync(ShippingAddress shipTo)
    {
        if (Order.AwaitsParcelAcceptance && !await WaitAsync(() => !Order.AwaitsParcelAcceptance, Now + CallerTimeout, "until logistics has accepted the parcels"))
        {
            Record(new AddressChangeRejected(Now, Uncertain: false));
            Run.Unanswered.Add(Key);
            return;
        }

        var isStuck = Order.TravellingShipments.Any(shipment => !shipment.Accepted);
        var parcels = Parcels();
        if (isStuck && parcels.Count == 0)
        {
            Record(new ShippingAddressChanged(Now, shipTo, Uncertain: true));
            return;
        }

        var answer = await TryOnceAsync(ChangeAddress, CallerTimeout, (record, options) => Workflow.ExecuteActivityAsync(
            (IShippingActivities logistics) => logistics.ChangeAddressAsync(Request(record, parcels, shipTo)), options));
        Record(answer is not null && answer.Changed.Count == parcels.Count
            ? new ShippingAddressChanged(Now, shipTo, isStuck)
            : new AddressChangeRejected(Now, Uncertain: answer is null || answer.Changed.Count > 0));
        if (answer is null)
        {
            Run.Unanswered.Add(Key);
        }
    }

    private List<string> Parcels() =>
    [
        .. Order.TravellingShipments.Where(shipment => shipment is { Accepted: true, Status: ShipmentStatus.Requested }).Select(shipment => shipment.ShipmentId),
    ];

    private ChangeAddress Request(Recording.OrderRecord? record, IReadOnlyList<string> parcels, ShippingAddress shipTo) =>
        new(record, OrderId, parcels, shipTo, KeyOf("change-address", Order.AddressRequests));
}
