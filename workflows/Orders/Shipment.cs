using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>One parcel (hotspot 12): its own waybill, its own state.</summary>
public sealed record Shipment(string ShipmentId, string WarehouseId, IReadOnlyList<LineQuantity> Lines, ShipmentStatus Status = ShipmentStatus.Requested)
{
    /// <summary>The exchange it carries the replacement of.</summary>
    public string? ExchangeId { get; init; }

    /// <summary>The logistics team has taken the request.</summary>
    public bool Accepted { get; init; }

    /// <summary>The logistics team has taken the request to send it back.</summary>
    public bool ReturnAccepted { get; init; }

    public string? Waybill { get; init; }

    public string? Carrier { get; init; }

    public DateTimeOffset? EstimatedDelivery { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public int FailedDeliveries { get; init; }

    /// <summary>When logistics last said something about it, or was last asked: ParcelPatience counts from here.</summary>
    public DateTimeOffset LastEventAt { get; init; }

    /// <summary>It came back and its goods are in stock again.</summary>
    public bool Restocked { get; init; }

    /// <summary>Nothing more is awaited of it: delivered, cancelled, or back and settled.</summary>
    public bool Closed { get; init; }
}

/// <summary>How far a parcel is: it never goes back, whatever order the courier's events arrive in.</summary>
public static class ShipmentRank
{
    public static int Of(ShipmentStatus status) => status switch
    {
        ShipmentStatus.Requested => 0,
        ShipmentStatus.DispatchStarted => 1,
        ShipmentStatus.Dispatched => 2,
        ShipmentStatus.Shipping => 3,
        ShipmentStatus.DeliveryFailed => 4,
        ShipmentStatus.Returning => 5,
        ShipmentStatus.Delivered or ShipmentStatus.Returned => 6,
        _ => 7,
    };
}
