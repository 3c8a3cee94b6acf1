using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>What shipping asks of the product and the logistics team (seed §5.3, §5.4).</summary>
public interface IShippingActivities
{
    /// <summary>Turns the reservation into a sale. An expired reservation is an answer.</summary>
    [Activity]
    Task<StockCommitAnswer> CommitStockAsync(CommitStock request);

    /// <summary>배송 요청: one parcel under its own key.</summary>
    [Activity]
    Task RequestShipmentAsync(RequestShipment request);

    /// <summary>배송 취소 요청: asks to stop parcels (hotspot 16); answers those that could not be stopped.</summary>
    [Activity]
    Task<ShipmentsStopped> StopShipmentsAsync(StopShipments request);

    /// <summary>배송지 변경 요청: all parcels go to one address or none is moved. A dispatch that came first is an answer.</summary>
    [Activity]
    Task<AddressChanged> ChangeAddressAsync(ChangeAddress request);

    /// <summary>자동 반송: sends an undeliverable parcel back after the last attempt.</summary>
    [Activity]
    Task ReturnShipmentAsync(ReturnShipment request);

    /// <summary>When the courier last reported a parcel; <c>null</c>: never. Scans do not enter the workflow.</summary>
    [Activity]
    Task<LastScan> ReadLastScanAsync(string orderId, string shipmentId);

    /// <summary>재고 복원 of sold goods that came back, undelivered, returned or cancelled.</summary>
    [Activity]
    Task RestoreGoodsAsync(RestoreGoods request);
}

/// <summary>Commits a reservation.</summary>
public sealed record CommitStock(OrderRecord? Record, string OrderId, string ReservationId, string Key);

/// <summary>Whether the stock is sold; <c>false</c>: the reservation had run out.</summary>
public sealed record StockCommitAnswer(bool Committed);

/// <summary>Asks for one parcel.</summary>
public sealed record RequestShipment(OrderRecord? Record, string OrderId, PlannedShipment Shipment, ShippingAddress ShipTo, string? Note, string Key);

/// <summary>Asks to stop parcels.</summary>
/// <param name="Unaccepted">Parcels whose request was never answered: requested under their own keys first, so that none of them can arrive after it was stopped.</param>
public sealed record StopShipments(
    OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, IReadOnlyList<RequestShipment> Unaccepted, string KeyPrefix);

/// <summary>Which parcels are stopped and which could not be any more.</summary>
public sealed record ShipmentsStopped(IReadOnlyList<string> Stopped, IReadOnlyList<string> Refused);

/// <summary>Asks to send parcels elsewhere.</summary>
public sealed record ChangeAddress(OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, ShippingAddress ShipTo, string KeyPrefix);

/// <summary>Which parcels go to the new address. The first that is dispatched already ends the asking.</summary>
public sealed record AddressChanged(IReadOnlyList<string> Changed);

/// <summary>Has a parcel sent back.</summary>
public sealed record ReturnShipment(OrderRecord? Record, string OrderId, string ShipmentId, string Reason, string Key);

/// <summary>When the courier last reported a parcel.</summary>
public sealed record LastScan(DateTimeOffset? At);

/// <summary>Puts sold units back.</summary>
public sealed record RestoreGoods(OrderRecord? Record, string OrderId, IReadOnlyList<LineQuantity> Lines, string Reason, string Key);
