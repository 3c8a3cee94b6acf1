using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Maps the domain events of an order to published events, notifications and settlement entries (domain §2, whose event is it).</summary>
public static class Publications
{
    /// <param name="order">The order after the change.</param>
    public static void Add(OutboxBatch batch, Order order, DomainEvent change)
    {
        switch (change)
        {
            case PartnerEventReceived received:
                batch.Publish(order, received.Received, received.IgnoredBecause);
                break;
            case AttentionRaised raised:
                AddAttention(batch, order, raised.Attention, raised.At);
                break;
            case AttentionResolved resolved:
                AddResolution(batch, order, resolved);
                break;
            case OrderClaimed or OrderPriced or RefundEstimated:
                break;
            default:
                PlacingPublications.Add(batch, order, change);
                PayingPublications.Add(batch, order, change);
                ShippingPublications.Add(batch, order, change);
                ReturningPublications.Add(batch, order, change);
                ClosingPublications.Add(batch, order, change);
                break;
        }
    }

    private static void AddAttention(OutboxBatch batch, Order order, Attention attention, DateTimeOffset at)
    {
        var data = new { order.OrderId, attention.AttentionId, attention.Process, attention.Step, attention.Error, attention.Actions };
        batch.Publish(order, EventTypes.NeedsAttention, at, data, attention.AttentionId);
        batch.NotifyOperators(order, Templates.NeedsAttention, data, attention.AttentionId);
    }

    private static void AddResolution(OutboxBatch batch, Order order, AttentionResolved resolved)
    {
        var attention = order.Attentions.Find(known => known.AttentionId == resolved.AttentionId);
        batch.Publish(
            order,
            EventTypes.Recovered,
            resolved.At,
            new { order.OrderId, resolved.AttentionId, attention?.Process, attention?.Step, resolved.Action, resolved.By, resolved.Note },
            resolved.AttentionId);
    }
}
