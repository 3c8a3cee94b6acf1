using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Shipping;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Commits stock, and requests, stops, redirects and returns parcels (seed §5.3, §5.4).</summary>
public sealed class ShippingActivities(
    ProductClient products, LogisticsClient logistics, IShipmentTracking tracking, OrderRecords records) : IShippingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<StockCommitAnswer> CommitStockAsync(CommitStock request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        return new StockCommitAnswer(await products.CommitAsync(request.ReservationId, request.Key, Cancellation));
    });

    [Activity]
    public Task RequestShipmentAsync(RequestShipment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        await RequestAsync(request);
    });

    [Activity]
    public Task<ShipmentsStopped> StopShipmentsAsync(StopShipments request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);

        // A request that was never answered may still arrive. It is repeated under its own key first, so that it cannot take effect after the stop.
        foreach (var unaccepted in request.Unaccepted)
        {
            await RequestAsync(unaccepted);
        }

        List<string> stopped = [];
        List<string> refused = [];
        foreach (var shipmentId in request.ShipmentIds)
        {
            (await logistics.StopAsync(shipmentId, $"{request.KeyPrefix}/{shipmentId}", Cancellation) ? stopped : refused).Add(shipmentId);
        }

        return new ShipmentsStopped(stopped, refused);
    });

    [Activity]
    public Task<AddressChanged> ChangeAddressAsync(ChangeAddress request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        List<string> changed = [];
        foreach (var shipmentId in request.ShipmentIds)
        {
            if (!await logistics.ChangeAddressAsync(shipmentId, request.ShipTo, $"{request.KeyPrefix}/{shipmentId}", Cancellation))
            {
                break;
            }

            changed.Add(shipmentId);
        }

        return new AddressChanged(changed);
    });

    [Activity]
    public Task ReturnShipmentAsync(ReturnShipment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        await logistics.ReturnAsync(request.ShipmentId, request.Reason, request.Key, Cancellation);
    });

    [Activity]
    public async Task<LastScan> ReadLastScanAsync(string orderId, string shipmentId) =>
        new(await tracking.LastScanAsync(orderId, shipmentId, Cancellation));

    [Activity]
    public Task RestoreGoodsAsync(RestoreGoods request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        await products.RestoreAsync(request.OrderId, request.Lines, request.Reason, request.Key, Cancellation);
    });

    private Task RequestAsync(RequestShipment request) =>
        logistics.RequestShipmentAsync(request.OrderId, request.Shipment, request.ShipTo, request.Note, request.Key, Cancellation);
}
