using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>Answer of <c>GET /serviceability</c>.</summary>
/// <param name="Remote">Islands and mountains (도서산간): Jeju, Ulleung.</param>
public sealed record Serviceability(bool Deliverable, bool Remote);

/// <summary>The address that goods are delivered to or collected from.</summary>
public sealed record Address(string Recipient, string Phone, string PostalCode, string Address1, string? Address2 = null);

/// <summary>Body of <c>POST /shipments</c>.</summary>
public sealed record ShipmentRequest(
    string ShipmentId, string OrderId, string WarehouseId, IReadOnlyList<Line> Lines, Address ShipTo, string? Note = null);

/// <summary>A shipment as the API returns it.</summary>
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

/// <summary>A return pickup as the API returns it.</summary>
public sealed record PickupInfo(string PickupId, string OrderId, IReadOnlyList<Line> Lines, DateTimeOffset? PickedUpAt, string? Condition);
