using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>An exchange stands where its parcels stand, those that came back left aside.</summary>
public static class ExchangeProgress
{
    /// <summary>What the parcels' state means for their exchange.</summary>
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
