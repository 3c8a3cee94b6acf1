using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order asks of the logistics team (물류팀).</summary>
public interface ILogisticsSteps
{
    /// <summary>배송 요청: every shipment of the order, each under its own key.</summary>
    [Activity]
    Task RequestShippingAsync(RequestShipping step);

    /// <summary>배송 취소 요청: asks to stop shipments (hotspot 16); answers those that could not be stopped.</summary>
    [Activity]
    Task<ShipmentsStopped> StopShipmentsAsync(StopShipments step);

    /// <summary>배송지 변경 요청. A dispatch that came first is an answer.</summary>
    [Activity]
    Task<AddressChanged> ChangeAddressAsync(ChangeAddress step);

    /// <summary>자동 반송: sends an undeliverable shipment back after the last attempt.</summary>
    [Activity]
    Task ReturnShipmentAsync(ReturnShipment step);

    /// <summary>반품 수거 요청: has goods collected from the customer.</summary>
    [Activity]
    Task RequestPickupAsync(RequestPickup step);
}

/// <summary>Asks for parcels.</summary>
public sealed record RequestShipping(
    OrderRecord? Record, string OrderId, IReadOnlyList<PlannedShipment> Shipments, ShippingAddress ShipTo, string? Note, string KeyPrefix);

/// <summary>Asks to stop parcels.</summary>
public sealed record StopShipments(OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, string KeyPrefix);

/// <summary>Which parcels are stopped and which could not be any more.</summary>
public sealed record ShipmentsStopped(IReadOnlyList<string> Stopped, IReadOnlyList<string> Refused);

/// <summary>Asks to send parcels elsewhere.</summary>
public sealed record ChangeAddress(OrderRecord? Record, string OrderId, IReadOnlyList<string> ShipmentIds, ShippingAddress ShipTo, string KeyPrefix);

/// <summary>Which parcels go to the new address; none where nothing is delivered there. The first that is dispatched already ends the asking.</summary>
public sealed record AddressChanged(bool Deliverable, IReadOnlyList<string> Changed);

/// <summary>Has a parcel sent back.</summary>
public sealed record ReturnShipment(OrderRecord? Record, string OrderId, string ShipmentId, string Reason, string Key);

/// <summary>Has goods collected.</summary>
public sealed record RequestPickup(
    OrderRecord? Record, string OrderId, string PickupId, IReadOnlyList<LineQuantity> Lines, ShippingAddress From, string Key);
