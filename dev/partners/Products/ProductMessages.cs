using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Products;

/// <summary>What a discount applies to.</summary>
public enum DiscountScope
{
    /// <summary>This product only.</summary>
    Product,

    /// <summary>Every product of its category.</summary>
    Category,
}

/// <summary>How a discount is calculated.</summary>
public enum DiscountKind
{
    /// <summary>A fraction of the price (0.1 = 10 %).</summary>
    Rate,

    /// <summary>Won per unit.</summary>
    Amount,
}

/// <summary>A discount on a product.</summary>
public sealed record Discount(DiscountScope Scope, DiscountKind Kind, decimal Value);

/// <summary>A product as the team stores it.</summary>
/// <param name="Price">Won per unit, before discounts.</param>
public sealed record Product(
    string ProductId,
    string Name,
    long Price,
    string SellerId,
    string CategoryId,
    bool PreOrder,
    bool OnSale,
    IReadOnlyList<Discount> Discounts);

/// <summary>Answer of <c>GET /products/{id}</c>.</summary>
/// <param name="Available">Units currently free in all warehouses; only a reservation decides.</param>
public sealed record ProductInfo(
    string ProductId,
    string Name,
    long Price,
    string SellerId,
    string CategoryId,
    bool PreOrder,
    bool OnSale,
    long Available,
    IReadOnlyList<Discount> Discounts);

/// <summary>One entry of <c>GET /products/{id}/similar</c>.</summary>
public sealed record SimilarProduct(string ProductId);

/// <summary>Body of <c>POST /stock-reservations</c>.</summary>
public sealed record ReservationRequest(string OrderId, IReadOnlyList<Line> Lines, long TtlSeconds);

/// <summary>Units of a line in one warehouse.</summary>
public sealed record ReservedLine(string ProductId, long ReservedQuantity, string WarehouseId);

/// <summary>A reservation as the API returns it.</summary>
public sealed record ReservationInfo(
    string ReservationId, string OrderId, ReservationState Status, DateTimeOffset ExpiresAt, IReadOnlyList<ReservedLine> Lines);

/// <summary>A line with insufficient stock.</summary>
public sealed record Shortage(string ProductId, long Available, long Requested);

/// <summary>Body of <c>POST /stock-restorations</c>.</summary>
public sealed record RestorationRequest(string OrderId, IReadOnlyList<Line> Lines, string Reason);

/// <summary>Answer of <c>POST /stock-restorations</c>: the units that were put back into stock.</summary>
public sealed record RestorationInfo(IReadOnlyList<Line> Restored);

/// <summary>The status of a reservation.</summary>
public enum ReservationState
{
    /// <summary>The units are reserved until <see cref="ReservationInfo.ExpiresAt"/>.</summary>
    Held,

    /// <summary>The units are sold.</summary>
    Committed,

    /// <summary>Released by the order team.</summary>
    Released,

    /// <summary>Expired; the units are free again.</summary>
    Expired,
}
