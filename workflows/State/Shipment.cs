using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.State;

/// <summary>One parcel (hotspot 12): its own waybill, its own state.</summary>
public sealed record Shipment(
    string ShipmentId,
    string WarehouseId,
    IReadOnlyList<LineQuantity> Lines,
    ShipmentStatus Status = ShipmentStatus.Requested,
    string? Waybill = null,
    string? Carrier = null,
    DateTimeOffset? EstimatedDelivery = null,
    DateTimeOffset? DeliveredAt = null,
    int FailedDeliveries = 0)
{
    /// <summary>How many places of a parcel's way are kept: a courier may report many.</summary>
    public const int LocationsKept = 20;

    /// <summary>The exchange it carries the replacement of.</summary>
    public string? ExchangeId { get; init; }

    public ImmutableList<ShipmentLocation> Locations { get; init; } = [];

    /// <summary>The courier has it, or had it.</summary>
    public bool IsUnderWay => ShipmentRank.Of(Status) >= ShipmentRank.Of(ShipmentStatus.Shipping) && Status != ShipmentStatus.Cancelled;

    /// <summary>It has left the warehouse or is being picked: only logistics can tell whether it can be stopped.</summary>
    public bool IsDispatching => Status is ShipmentStatus.DispatchStarted or ShipmentStatus.Dispatched;

    public Shipment At(ShipmentLocation location) =>
        this with { Locations = Locations.Count < LocationsKept ? Locations.Add(location) : Locations.RemoveAt(0).Add(location) };
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

/// <summary>The parcels of an order.</summary>
public sealed partial record OrderState
{
    /// <summary>The parcels as they are asked for.</summary>
    public OrderState ShippingAsked(IReadOnlyList<PlannedShipment> planned, string? exchangeId = null) => this with
    {
        Shipments = Shipments.AddRange(
            planned.Select(shipment => new Shipment(shipment.ShipmentId, shipment.WarehouseId, shipment.Lines) { ExchangeId = exchangeId })),
    };

    public Shipment? FindShipment(string? shipmentId) =>
        Shipments.Find(shipment => string.Equals(shipment.ShipmentId, shipmentId, StringComparison.Ordinal));

    /// <summary>A parcel changed: the order stands where its parcels stand, and is delivered when the last one is.</summary>
    public OrderState With(Shipment changed, DateTimeOffset now)
    {
        var shipments = Shipments.Replace(FindShipment(changed.ShipmentId)!, changed);
        var moved = this with { Shipments = shipments };
        if (IsDelivered || IsClosed)
        {
            return moved;
        }

        var status = StatusOf(shipments);
        var shown = Refunds.Exists(refund => refund.Status == RefundStatus.Completed) ? OrderStatus.PartiallyRefunded : status;
        return status == OrderStatus.Delivered
            ? moved with
            {
                Status = shown,
                DeliveredAt = now,
                AutoConfirmAt = now + Policies.AutoConfirmAfter,
                ReturnableUntil = now + Policies.ReturnWindow,
            }
            : moved with { Status = shown };
    }

    private static OrderStatus StatusOf(ImmutableList<Shipment> shipments)
    {
        var travelling = shipments.RemoveAll(shipment => shipment.Status is ShipmentStatus.Cancelled or ShipmentStatus.Returned);
        if (!travelling.IsEmpty && travelling.TrueForAll(shipment => shipment.Status == ShipmentStatus.Delivered))
        {
            return OrderStatus.Delivered;
        }

        return travelling.Exists(shipment => shipment.IsUnderWay) ? OrderStatus.Shipping
            : travelling.Exists(shipment => shipment.IsDispatching) ? OrderStatus.Dispatching
            : OrderStatus.Preparing;
    }
}
