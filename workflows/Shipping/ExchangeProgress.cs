using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>Derives the status of an exchange from its parcels; returned parcels do not count.</summary>
public static class ExchangeProgress
{
    /// <summary>The changes of an exchange that follow from the state of its parcels.</summary>
    public static IReadOnlyList<DomainEvent> After(Order order, Exchange exchange, DateTimeOffset now)
    {
        if (!exchange.IsOpen() || !exchange.ShippingRequested)
        {
            return [];
        }

        var parcels = order.Shipments.FindAll(parcel => parcel.ExchangeId == exchange.ExchangeId && parcel.Status != ShipmentStatus.Returned);
        if (parcels.IsEmpty)
        {
            return [new ExchangeConverted(now, exchange.ExchangeId)];
        }

        return parcels.TrueForAll(parcel => parcel.Status == ShipmentStatus.Delivered) ? [new ExchangeCompleted(now, exchange.ExchangeId)]
            : exchange.Status != ExchangeStatus.Shipped && parcels.Exists(parcel => parcel.IsUnderWay) ? [new ExchangeShipped(now, exchange.ExchangeId)]
            : [];
    }
}
