using System.Text.Json.Serialization;

namespace OrderOrchestration.Partners.Products;

/// <summary>Units of one product from one shelf, as part of a reservation.</summary>
internal sealed class ReservationPart(string productId, string warehouseId, long quantity)
{
    public string ProductId => productId;

    public string WarehouseId => warehouseId;

    public long Quantity => quantity;

    /// <summary>Units that were put back into stock after the sale.</summary>
    public long Restored { get; set; }
}

/// <summary>Units that are reserved for one order, and sold to it once committed.</summary>
internal sealed class Reservation(string id, string orderId, DateTimeOffset expiresAt, IReadOnlyList<ReservationPart> parts)
{
    public string Id => id;

    public string OrderId => orderId;

    public DateTimeOffset ExpiresAt => expiresAt;

    public IReadOnlyList<ReservationPart> Parts => parts;

    public ReservationState State { get; set; } = ReservationState.Held;

    [JsonIgnore]
    public ReservationInfo Info => new(
        id, orderId, State, expiresAt, [.. parts.Select(p => new ReservedLine(p.ProductId, p.Quantity, p.WarehouseId))]);
}
