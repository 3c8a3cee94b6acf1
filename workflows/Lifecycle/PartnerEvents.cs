using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>Maps an event of another team to changes of an order: a pure decision by the rules of the process that it concerns.</summary>
public static class PartnerEvents
{
    /// <summary>The changes, including the processed event id; none if the event was applied before.</summary>
    public static IReadOnlyList<DomainEvent> Apply(Order order, PartnerEvent received, DateTimeOffset now)
    {
        var key = $"{received.Source} {received.Id}";
        return order.ProcessedEventIds.Contains(key)
            ? []
            : [.. Changes(order, received, now), new PartnerEventProcessed(now, key)];
    }

    private static IReadOnlyList<DomainEvent> Changes(Order order, PartnerEvent received, DateTimeOffset now)
    {
        if (received is { Source: EventTypes.OrderSource, Type: EventTypes.DifferenceFound })
        {
            return [new PaymentDifferenceReported(now, new PaymentDifference(received.Id, new EventData(received.Data).Text("text") ?? received.Type))];
        }

        if (!EventCatalogue.Admits(received.Source, received.Type))
        {
            return [new PartnerEventReceived(now, received, "its source does not own this type of event")];
        }

        return EventTypes.SourceOf(received.Type) switch
        {
            "/teams/payment" => PaymentEvents.Apply(order, received, now),
            "/teams/logistics" when received.Type == EventTypes.ReturnPickedUp => ReturningRules.PickedUp(order, received, now),
            "/teams/logistics" => ShipmentEvents.Apply(order, received, now),
            "/teams/product" when received.Type == EventTypes.SaleStopped => SaleStopped(order, received, now),
            _ => [new PartnerEventReceived(now, received)],
        };
    }

    /// <summary>상품 판매 중지 cancels an order that is not paid and contains the product (hotspot 8).</summary>
    private static IReadOnlyList<DomainEvent> SaleStopped(Order order, PartnerEvent received, DateTimeOffset now)
    {
        if (order.IsPaid || order.IsClosed || order.Cancellation is not null)
        {
            return [new PartnerEventReceived(now, received, "the order is already paid or closed")];
        }

        var productId = new EventData(received.Data).Text("productId") ?? received.Subject;
        var contains = order.Quote is { } quote
            ? quote.Lines.Any(line => line.ProductId == productId)
            : order.Request.Lines.Any(line => line.ProductId == productId);
        return contains
            ? [new PartnerEventReceived(now, received), .. CancellingRules.Requested(order, CancelReason.SaleStopped, "product", "sale stopped", now)]
            : [new PartnerEventReceived(now, received, "the order does not hold this product")];
    }
}
