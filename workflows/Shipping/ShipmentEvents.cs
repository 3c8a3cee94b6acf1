using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// Applies events of the logistics team to a parcel (seed §5.4). A parcel's status never moves backwards: a late event is applied for the details it
/// adds, such as a waybill, and ignored if it adds none. Scans and schedule changes are not sent to the workflow.
/// </summary>
public static class ShipmentEvents
{
    public static IReadOnlyList<DomainEvent> Apply(Order order, PartnerEvent received, DateTimeOffset now)
    {
        if (order.FindShipment(new EventData(received.Data).Text("shipmentId")) is not { } shipment)
        {
            return [new PartnerEventReceived(now, received, "the order knows no such shipment")];
        }

        if (shipment.Status == ShipmentStatus.Cancelled)
        {
            return [new PartnerEventReceived(now, received, "the shipment was cancelled")];
        }

        if (received.Type is EventTypes.StatusUpdated or EventTypes.ScheduleChanged)
        {
            // They are written to the timeline and the tracking directly; one that arrives here changes nothing.
            return [new PartnerEventReceived(now, received)];
        }

        if (Read(shipment, received) is not { } changed)
        {
            return [new PartnerEventReceived(now, received, $"the shipment is already {KebabCase.Name(shipment.Status)}")];
        }

        return [.. Moved(order, changed with { Accepted = true }, received, now)];
    }

    private static IEnumerable<DomainEvent> Moved(Order order, Shipment changed, PartnerEvent received, DateTimeOffset now)
    {
        var moved = new ShipmentMoved(now, changed, received);
        yield return moved;
        var after = order.Apply(moved);
        if (changed.Status == ShipmentStatus.Delivered)
        {
            var closed = new ShipmentClosed(now, changed.ShipmentId);
            yield return closed;
            after = after.Apply(closed);
        }

        foreach (var delivered in ShippingRules.DeliveredIfAll(after, now))
        {
            yield return delivered;
            after = after.Apply(delivered);
        }

        if (changed.Status != ShipmentStatus.Returned && after.FindExchange(changed.ExchangeId) is { } exchange)
        {
            foreach (var progress in ExchangeProgress.After(after, exchange, now))
            {
                yield return progress;
            }
        }
    }

    /// <summary>The parcel after the event; <c>null</c>: the event adds nothing.</summary>
    private static Shipment? Read(Shipment shipment, PartnerEvent received)
    {
        var data = new EventData(received.Data);
        return received.Type switch
        {
            EventTypes.DispatchStarted => Move(shipment, ShipmentStatus.DispatchStarted, moved => moved with
            {
                EstimatedDelivery = data.Time("estimatedDelivery") ?? moved.EstimatedDelivery,
            }),
            EventTypes.Dispatched => Dispatched(shipment, data),
            EventTypes.PartnerShippingStarted => Move(shipment, ShipmentStatus.Shipping, moved => moved with { Waybill = moved.Waybill ?? data.Text("waybill") }),
            EventTypes.PartnerDelivered => Move(shipment, ShipmentStatus.Delivered, moved => moved with { DeliveredAt = data.Time("deliveredAt") ?? received.Time }),
            EventTypes.DeliveryFailed => Failed(shipment),
            EventTypes.ReturnedToSender => Move(shipment, ShipmentStatus.Returned, moved => moved),
            _ => null,
        };
    }

    private static Shipment? Dispatched(Shipment shipment, EventData data)
    {
        var named = shipment with { Waybill = shipment.Waybill ?? data.Text("waybill"), Carrier = shipment.Carrier ?? data.Text("carrier") };
        return Move(shipment, ShipmentStatus.Dispatched, _ => named) ?? (named == shipment ? null : named);
    }

    /// <summary>Each failed delivery counts, also if the status is already delivery-failed.</summary>
    private static Shipment? Failed(Shipment shipment) =>
        ShipmentRank.Of(shipment.Status) <= ShipmentRank.Of(ShipmentStatus.DeliveryFailed)
            ? shipment with { Status = ShipmentStatus.DeliveryFailed, FailedDeliveries = shipment.FailedDeliveries + 1 }
            : null;

    private static Shipment? Move(Shipment shipment, ShipmentStatus to, Func<Shipment, Shipment> change) =>
        ShipmentRank.Of(to) > ShipmentRank.Of(shipment.Status) ? change(shipment) with { Status = to } : null;
}
