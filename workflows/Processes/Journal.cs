using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Processes;

/// <summary>What happened to an order since it was last written down. It leaves with the next step, or with a record of its own.</summary>
internal sealed class Journal
{
    private readonly List<OrderEvent> events = [];
    private readonly List<OrderNotification> notifications = [];
    private readonly List<SettlementEntry> settlement = [];
    private long lastVersion;

    /// <summary>The order was written down before: it is in the store.</summary>
    public bool WasTaken => lastVersion > 0;

    public bool IsEmpty => events.Count == 0 && notifications.Count == 0 && settlement.Count == 0;

    public void Add(OrderEvent change) => events.Add(change);

    public void Add(OrderNotification message) => notifications.Add(message);

    public void Add(SettlementEntry entry) => settlement.Add(entry);

    /// <summary>
    /// Everything noted so far, with the order as it now stands. Versions follow the history's length; two records made within one
    /// workflow task are told apart by one.
    /// </summary>
    public OrderRecord Take(OrderView view, long historyLength)
    {
        lastVersion = Math.Max(historyLength, lastVersion + 1);
        var record = new OrderRecord(view, lastVersion, [.. events], [.. notifications], settlement.Count == 0 ? null : [.. settlement]);
        events.Clear();
        notifications.Clear();
        settlement.Clear();
        return record;
    }

    /// <summary>Takes a record back whose step may have failed before writing it. What was written after all is kept once.</summary>
    public void PutBack(OrderRecord? record)
    {
        if (record is not null)
        {
            events.InsertRange(0, record.Events);
            notifications.InsertRange(0, record.Notifications);
            settlement.InsertRange(0, record.Settlement ?? []);
        }
    }
}
