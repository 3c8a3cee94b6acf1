using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>The events of the logistics team, with the fields of the contract's table.</summary>
internal sealed class LogisticsEvents(WebhookOutbox outbox, TimeProvider clock)
{
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromDays(2);
    private static readonly (string Status, string Location)[] Places =
        [("terminal-arrived", "옥천 HUB"), ("out-for-delivery", "강남 대리점"), ("near-destination", "배송지 인근")];

    public void DispatchStarted(Shipment shipment)
    {
        var now = clock.GetUtcNow();
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.dispatch-started", new { orderId, shipmentId, dispatchedAt = now, estimatedDelivery = now + DeliveryTime });
    }

    public void Dispatched(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.dispatched", new { orderId, shipmentId, shipment.Waybill, shipment.Carrier });
    }

    public void ShippingStarted(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.shipping-started", new { orderId, shipmentId, shipment.Waybill, courier = "김배송 010-0000-0000" });
    }

    public void Scanned(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        var (status, location) = Places[Math.Min(shipment.Scans - 1, Places.Length - 1)];
        Publish(orderId, "logistics.status-updated", new { orderId, shipmentId, status, location });
    }

    public void Postponed(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.schedule-changed", new
        {
            orderId,
            shipmentId,
            newDate = clock.GetUtcNow() + DeliveryTime,
            reason = "물량 증가",
        });
    }

    public void DeliveryFailed(Shipment shipment, bool isRetried)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        var redeliveryAt = isRetried ? clock.GetUtcNow() + TimeSpan.FromDays(1) : (DateTimeOffset?)null;
        Publish(orderId, "logistics.delivery-failed", new { orderId, shipmentId, reason = shipment.Rule.FailureReason, redeliveryAt });
    }

    public void Delivered(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.delivered", new
        {
            orderId,
            shipmentId,
            deliveredAt = clock.GetUtcNow(),
            receivedBy = shipment.ShipTo.Recipient,
        });
    }

    public void ReturnedToSender(Shipment shipment)
    {
        var (orderId, shipmentId) = IdsOf(shipment);
        Publish(orderId, "logistics.returned-to-sender", new { orderId, shipmentId });
    }

    public void PickedUp(Pickup pickup) => Publish(pickup.Request.OrderId, "logistics.return-picked-up", new
    {
        pickup.Request.OrderId,
        pickup.Request.PickupId,
        pickup.PickedUpAt,
        pickup.Rule.Condition,
    });

    private static (string OrderId, string ShipmentId) IdsOf(Shipment shipment) => (shipment.Request.OrderId, shipment.Request.ShipmentId);

    private void Publish(string orderId, string type, object data) => outbox.Publish(Team.Logistics, type, orderId, data);
}
