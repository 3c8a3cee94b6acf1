using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>
/// Which lines travel together (hotspots 3, 9, 11, 12): those of one warehouse and one readiness; an order has one recipient. The warehouse of
/// a line part is what the reservation answered; a pre-order line is in no reservation and travels on its own.
/// </summary>
public static class ShipmentPlan
{
    /// <summary>The warehouse named for goods that are not in stock yet: the logistics team ships them from where they arrive.</summary>
    public const string PreOrderWarehouse = "pre-order";

    /// <summary>Shipments in the order of their first line, numbered <c>orderId-1</c> upwards.</summary>
    /// <param name="before">How many shipments the order has asked for before.</param>
    public static IReadOnlyList<PlannedShipment> For(
        string orderId, IReadOnlyList<ReservedLine> reserved, IReadOnlyList<LineQuantity> preOrders, int before = 0)
    {
        var inStock = reserved
            .GroupBy(line => line.WarehouseId, StringComparer.Ordinal)
            .Select(group => (Warehouse: group.Key, Lines: (IReadOnlyList<LineQuantity>)[.. group.Select(line => new LineQuantity(line.ProductId, line.Quantity))]));
        var awaited = preOrders.Select(line => (Warehouse: PreOrderWarehouse, Lines: (IReadOnlyList<LineQuantity>)[line]));
        return [.. inStock.Concat(awaited).Select((part, i) => new PlannedShipment($"{orderId}-{before + i + 1}", part.Warehouse, part.Lines))];
    }
}

/// <summary>Units of a product that a warehouse holds for an order.</summary>
public sealed record ReservedLine(string ProductId, int Quantity, string WarehouseId);

/// <summary>One parcel to be asked for.</summary>
public sealed record PlannedShipment(string ShipmentId, string WarehouseId, IReadOnlyList<LineQuantity> Lines);
