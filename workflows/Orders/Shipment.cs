using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>One parcel (hotspot 12), with its own waybill and status.</summary>
public sealed record Shipment(string ShipmentId, string WarehouseId, IReadOnlyList<LineQuantity> Lines, ShipmentStatus Status = ShipmentStatus.Requested)
{
    /// <summary>The exchange whose replacement it carries.</summary>
    public string? ExchangeId { get; init; }

    /// <summary>The logistics team has accepted the request.</summary>
    public bool Accepted { get; init; }

    /// <summary>The logistics team has accepted the request to send it back.</summary>
    public bool ReturnAccepted { get; init; }

    public string? Waybill { get; init; }

    public string? Carrier { get; init; }

    public DateTimeOffset? EstimatedDelivery { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public int FailedDeliveries { get; init; }

    /// <summary>When logistics last reported it, or was last asked about it: start of the ParcelPatience period.</summary>
    public DateTimeOffset LastEventAt { get; init; }

    /// <summary>Its goods are in stock again, or count as lost.</summary>
    public bool Restocked { get; init; }

    /// <summary>No further event is awaited: delivered, cancelled, or returned and handled.</summary>
    public bool Closed { get; init; }
}

/// <summary>The rank of a status: a parcel never moves to a lower rank, whatever the order in which the courier's events arrive.</summary>
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
