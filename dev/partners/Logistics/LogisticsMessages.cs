using OrderOrchestration.Partners.Products;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>Answer of <c>GET /serviceability</c>.</summary>
/// <param name="Remote">Islands and mountains (도서산간): Jeju, Ulleung.</param>
public sealed record Serviceability(bool Deliverable, bool Remote);

/// <summary>Where goods go to or are collected from.</summary>
public sealed record Address(string Recipient, string Phone, string PostalCode, string Address1, string? Address2 = null);

/// <summary>Body of <c>POST /shipments</c>.</summary>
public sealed record ShipmentRequest(
    string ShipmentId, string OrderId, string WarehouseId, IReadOnlyList<Line> Lines, Address ShipTo, string? Note = null);

/// <summary>A shipment as the courier's screen shows it.</summary>
public sealed record ShipmentInfo(
    string ShipmentId,
    string OrderId,
    string WarehouseId,
    ShipmentState Status,
    IReadOnlyList<Line> Lines,
    Address ShipTo,
    string? Waybill,
    string? Carrier,
    int FailedDeliveries);

/// <summary>Body of <c>POST /shipments/{id}/cancel</c> and <c>…/return</c>.</summary>
public sealed record ReasonGiven(string? Reason = null);

/// <summary>Body of <c>POST /return-pickups</c>.</summary>
public sealed record PickupRequest(string PickupId, string OrderId, IReadOnlyList<Line> Lines, Address From);

/// <summary>A pickup as it is answered.</summary>
public sealed record PickupInfo(string PickupId, string OrderId, IReadOnlyList<Line> Lines, DateTimeOffset? PickedUpAt, string? Condition);

/// <summary>Where a shipment stands.</summary>
public enum ShipmentState
{
    /// <summary>배송 요청: nothing done yet.</summary>
    Requested,

    /// <summary>출고 시작: being picked and packed; can still be stopped.</summary>
    DispatchStarted,

    /// <summary>출고 완료: with the carrier; can no longer be stopped.</summary>
    Dispatched,

    /// <summary>배송 중.</summary>
    Shipping,

    /// <summary>배송 완료.</summary>
    Delivered,

    /// <summary>Failed as often as it is tried; waits to be called back.</summary>
    Undelivered,

    /// <summary>On its way back.</summary>
    Returning,

    /// <summary>반송 완료.</summary>
    Returned,

    /// <summary>Stopped before dispatch.</summary>
    Cancelled,
}
