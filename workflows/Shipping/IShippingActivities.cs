using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>Activities of shipping at the product and the logistics team (seed §5.3, §5.4).</summary>
public interface IShippingActivities
{
    /// <summary>Commits the reservation as a sale. An expired reservation is an answer, not a failure.</summary>
    [Activity]
    Task<StockCommitAnswer> CommitStockAsync(CommitStock request);

    /// <summary>배송 요청: one parcel under its own key.</summary>
    [Activity]
    Task RequestShipmentAsync(RequestShipment request);

    /// <summary>배송 취소 요청: requests to stop parcels (hotspot 16); returns which were stopped and which could not be.</summary>
    [Activity]
    Task<ShipmentsStopped> StopShipmentsAsync(StopShipments request);

    /// <summary>배송지 변경 요청: all parcels go to one address or none is moved. An earlier dispatch is an answer, not a failure.</summary>
    [Activity]
    Task<AddressChanged> ChangeAddressAsync(ChangeAddress request);

    /// <summary>자동 반송: sends an undeliverable parcel back after the last attempt.</summary>
    [Activity]
    Task ReturnShipmentAsync(ReturnShipment request);

    /// <summary>When the courier last reported a parcel; <c>null</c>: never. Scans are not sent to the workflow.</summary>
    [Activity]
    Task<LastScan> ReadLastScanAsync(string orderId, string shipmentId);

    /// <summary>재고 복원 of sold goods that were undelivered, returned or cancelled.</summary>
    [Activity]
    Task RestoreGoodsAsync(RestoreGoods request);
}

/// <summary>Request to commit a reservation.</summary>
public sealed record CommitStock(OrderRecord? Record, string OrderId, string ReservationId, string Key);

/// <summary>Whether the stock is sold; <c>false</c>: the reservation had expired.</summary>
public sealed record StockCommitAnswer(bool Committed);

/// <summary>Request for one parcel.</summary>
public sealed record RequestShipment(OrderRecord? Record, string OrderId, PlannedShipment Shipment, ShippingAddress ShipTo, string? Note, string Key);

/// <summary>Request to stop parcels.</summary>
/// <param name="Unaccepted">Parcels whose request was never answered: requested under their own keys first, so that none of them can arrive after it was stopped.</param>
public sealed record StopShipments(
    OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, IReadOnlyList<RequestShipment> Unaccepted, string KeyPrefix);

/// <summary>Which parcels are stopped, and for which it was too late.</summary>
public sealed record ShipmentsStopped(IReadOnlyList<string> Stopped, IReadOnlyList<string> Refused);

/// <summary>Request to send parcels to another address.</summary>
public sealed record ChangeAddress(OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, ShippingAddress ShipTo, string KeyPrefix);

/// <summary>Which parcels go to the new address. The first parcel that is already dispatched ends the requests.</summary>
public sealed record AddressChanged(IReadOnlyList<string> Changed);

/// <summary>Request to send a parcel back.</summary>
public sealed record ReturnShipment(OrderRecord? Record, string OrderId, string ShipmentId, string Reason, string Key);

/// <summary>When the courier last reported a parcel.</summary>
public sealed record LastScan(DateTimeOffset? At);

/// <summary>Request to put sold units back in stock.</summary>
public sealed record RestoreGoods(OrderRecord? Record, string OrderId, IReadOnlyList<LineQuantity> Lines, string Reason, string Key);
