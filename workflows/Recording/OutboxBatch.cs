using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>The publications of an order since its last record: written with its snapshot, in one transaction.</summary>
public sealed class OutboxBatch
{
    private readonly List<OrderEvent> events = [];
    private readonly List<OrderNotification> notifications = [];
    private readonly List<SettlementEntry> settlement = [];

    public bool IsEmpty => events.Count == 0 && notifications.Count == 0 && settlement.Count == 0;

    /// <summary>An event of ours, or another team's answer, on the order's timeline.</summary>
    public void Publish(Order order, string type, DateTimeOffset at, object data, string sequence = "1") =>
        events.Add(OrderTimeline.Event(order.OrderId, type, sequence, at, data));

    /// <summary>An event as its owner published it; with the reason if it was ignored.</summary>
    public void Publish(Order order, PartnerEvent received, string? ignoredBecause = null) => events.Add(
        ignoredBecause is null ? OrderTimeline.Published(order.OrderId, received) : OrderTimeline.Ignored(order.OrderId, received, ignoredBecause));

    /// <summary>The owner's event if there was one, otherwise an event with the team's answer to a query.</summary>
    public void Publish(Order order, PartnerEvent? received, string type, DateTimeOffset at, object data, string sequence)
    {
        if (received is null)
        {
            Publish(order, type, at, data, sequence);
        }
        else
        {
            Publish(order, received);
        }
    }

    /// <summary>A message to the customer.</summary>
    public void Notify(Order order, string template, object data, string sequence = "1") =>
        notifications.Add(OrderTimeline.Notification(order.OrderId, order.Customer, template, sequence, data));

    /// <summary>A message to the operators.</summary>
    public void NotifyOperators(Order order, string template, object data, string sequence) =>
        notifications.Add(OrderTimeline.Notification(order.OrderId, Templates.Operators, template, sequence, data));

    public void Settle(IEnumerable<SettlementEntry> entries) => settlement.AddRange(entries);

    /// <summary>Everything since the last record, with the current order.</summary>
    public OrderRecord Take(Order snapshot)
    {
        var record = new OrderRecord(snapshot, [.. events], [.. notifications], settlement.Count == 0 ? null : [.. settlement]);
        events.Clear();
        notifications.Clear();
        settlement.Clear();
        return record;
    }

    /// <summary>Returns a record that may not have been written to the batch; anything that was written is stored only once.</summary>
    public void PutBack(OrderRecord record)
    {
        events.InsertRange(0, record.Events);
        notifications.InsertRange(0, record.Notifications);
        settlement.InsertRange(0, record.Settlement ?? []);
    }
}
