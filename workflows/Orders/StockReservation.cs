using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>What the product team holds for an order (재고 확보).</summary>
public sealed record StockReservation
{
    public StockStatus Status { get; init; }

    /// <summary>When it was asked for: the reservation lives by our own TTL from here, whatever the team's clock says.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>Absent where nothing had to be reserved: an order of pre-orders only.</summary>
    public string? ReservationId { get; init; }

    /// <summary>Until then the order may be paid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The warehouse of each line part (hotspot 9).</summary>
    public IReadOnlyList<ReservedLine> Lines { get; init; } = [];

    /// <summary>The customer was notified that it runs out soon (hotspot 10).</summary>
    public bool NoticeGiven { get; init; }
}

/// <summary>Units of a product that a warehouse holds for an order.</summary>
public sealed record ReservedLine(string ProductId, int Quantity, string WarehouseId);

/// <summary>How stock is held.</summary>
public enum StockStatus
{
    /// <summary>Never asked for, or there was a shortage.</summary>
    None,

    /// <summary>Asked for; whether it is held is not known.</summary>
    Requested,

    /// <summary>Held, or nothing had to be.</summary>
    Reserved,

    /// <summary>Its sale is asked for; whether it is sold is not known.</summary>
    CommitRequested,

    /// <summary>Sold to this order.</summary>
    Committed,

    /// <summary>Released, restored or expired: nothing is left to undo.</summary>
    Released,
}

/// <summary>A product of which fewer units are left than were asked for.</summary>
public sealed record StockShortage(string ProductId, int Available, int Requested);

/// <summary>One parcel to be asked for.</summary>
public sealed record PlannedShipment(string ShipmentId, string WarehouseId, IReadOnlyList<LineQuantity> Lines);
