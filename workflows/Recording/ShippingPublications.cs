using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Publications of 배송.</summary>
internal static class ShippingPublications
{
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case OrderConfirmed confirmed:
                batch.Publish(order, EventTypes.OrderConfirmed, confirmed.At, new { order.OrderId });
                break;
            case ShipmentsRequested requested:
                foreach (var planned in requested.Planned)
                {
                    batch.Publish(
                        order,
                        EventTypes.ShippingRequested,
                        requested.At,
                        new { order.OrderId, planned.ShipmentId, planned.WarehouseId, planned.Lines },
                        planned.ShipmentId);
                }

                break;
            case ShipmentMoved moved:
                batch.Publish(order, moved.Received);
                if (moved.Received.Type == EventTypes.PartnerShippingStarted && moved.Shipment.Status == ShipmentStatus.Shipping)
                {
                    var data = new { order.OrderId, moved.Shipment.ShipmentId, moved.Shipment.Waybill };
                    batch.Publish(order, EventTypes.ShippingStarted, moved.At, data, moved.Shipment.ShipmentId);
                    batch.Notify(order, Templates.ShippingStarted, data, moved.Shipment.ShipmentId);
                }

                break;
            case OrderDelivered delivered:
                batch.Publish(order, EventTypes.Delivered, delivered.At, new { order.OrderId, order.AutoConfirmAt });
                batch.Notify(order, Templates.Delivered, new { order.OrderId, order.AutoConfirmAt });
                break;
            case ShippingAddressChanged changed:
                batch.Publish(
                    order,
                    EventTypes.ShippingAddressSelected,
                    changed.At,
                    new { order.OrderId, changed.ShipTo.PostalCode },
                    OrderTimeline.Sequence(order.AddressChanges + 1));
                break;
            case ShipmentRestocked { Units.Count: > 0 } restocked:
                AddRestored(batch, order, restocked.At, restocked.Units, restocked.ShipmentId);
                break;
            case ReturnRestocked { Units.Count: > 0 } restocked:
                batch.Publish(
                    order,
                    EventTypes.StockRestorationRequested,
                    restocked.At,
                    new { order.OrderId, lines = restocked.Units, reason = order.FindRefund(restocked.ReturnId)?.Reason ?? "exchange" },
                    restocked.ReturnId);
                AddRestored(batch, order, restocked.At, restocked.Units, restocked.ReturnId);
                break;
        }
    }

    public static void AddRestored(OutboxBatch batch, Order order, DateTimeOffset at, IReadOnlyList<LineQuantity> lines, string sequence) =>
        batch.Publish(order, EventTypes.StockRestored, at, new { order.OrderId, lines }, sequence);
}
