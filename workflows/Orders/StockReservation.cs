using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>The product team's reservation of stock for an order (재고 확보).</summary>
public sealed record StockReservation
{
    public StockStatus Status { get; init; }

    /// <summary>When it was requested: our own TTL counts from here, independent of the team's clock.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>Absent where nothing had to be reserved: an order of pre-orders only.</summary>
    public string? ReservationId { get; init; }

    /// <summary>The order may be paid until then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The warehouse of each line part (hotspot 9).</summary>
    public IReadOnlyList<ReservedLine> Lines { get; init; } = [];

    /// <summary>The customer was notified that it expires soon (hotspot 10).</summary>
    public bool NoticeGiven { get; init; }
}

/// <summary>Units of a product that are reserved for an order in a warehouse.</summary>
public sealed record ReservedLine(string ProductId, int Quantity, string WarehouseId);

/// <summary>The status of a stock reservation.</summary>
public enum StockStatus
{
    /// <summary>Never requested, or there was a shortage.</summary>
    None,

    /// <summary>Requested; the outcome is not known.</summary>
    Requested,

    /// <summary>Reserved, or nothing had to be.</summary>
    Reserved,

    /// <summary>Its commit is requested; the outcome is not known.</summary>
    CommitRequested,

    /// <summary>Sold to this order.</summary>
    Committed,

    /// <summary>Released, restored or expired: nothing is left to compensate.</summary>
    Released,
}

/// <summary>A product of which fewer units are available than were requested.</summary>
public sealed record StockShortage(string ProductId, int Available, int Requested);

/// <summary>One parcel to request.</summary>
public sealed record PlannedShipment(string ShipmentId, string WarehouseId, IReadOnlyList<LineQuantity> Lines);
