using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>
/// An order store that keeps its promises in memory (a view never goes back, events and notifications are kept once) and lets a test wait
/// for what is written instead of for a while.
/// </summary>
internal sealed class MemoryStore(CallWatch calls) : IOrderStore, IStoredOrders
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Stored> orders = new(StringComparer.Ordinal);
    private readonly List<(string OrderId, Func<Stored, bool> IsMet, TaskCompletionSource<Stored> Met)> waiting = [];
    private int failEvery;
    private int writes;

    /// <summary>From now on every so manieth write fails, as with a store that is away: in turn before it is done, and after.</summary>
    public void FailEvery(int nth) => failEvery = nth;

    public Task WriteAsync(OrderRecord record, CancellationToken cancellationToken)
    {
        var (fails, isDone) = Weather();
        if (fails && !isDone)
        {
            throw new IOException("the store is away");
        }

        lock (gate)
        {
            var stored = orders.GetValueOrDefault(record.View.OrderId) ?? new Stored(record.View, 0, [], [], []);
            stored = new Stored(
                record.Version >= stored.Version ? record.View : stored.View,
                Math.Max(record.Version, stored.Version),
                [.. stored.Events, .. record.Events.Where(added => !stored.Events.Any(kept => kept.Id == added.Id && kept.Source == added.Source))],
                [.. stored.Notifications, .. record.Notifications.Where(added => stored.Notifications.All(kept => kept.Key != added.Key))],
                [.. stored.Settlement, .. (record.Settlement ?? []).Where(added => stored.Settlement.All(kept => kept.EntryId != added.EntryId))]);
            orders[record.View.OrderId] = stored;
            foreach (var wait in waiting.Where(wait => wait.OrderId == record.View.OrderId && wait.IsMet(stored)).ToList())
            {
                waiting.Remove(wait);
                wait.Met.SetResult(stored);
            }
        }

        calls.Look();
        return fails ? throw new IOException("the store went away before it could answer") : Task.CompletedTask;
    }

    public Task<StoredOrder?> FindStoredAsync(string orderId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(orderId) is { } stored ? new StoredOrder(stored.View, stored.Version) : null);

    public Stored? Find(string orderId)
    {
        lock (gate)
        {
            return orders.GetValueOrDefault(orderId);
        }
    }

    private (bool Fails, bool IsDone) Weather()
    {
        var write = Interlocked.Increment(ref writes);
        return failEvery == 0 || write % failEvery != 0 ? (false, true) : (true, write / failEvery % 2 == 0);
    }

    /// <summary>The order once it is as expected.</summary>
    /// <exception cref="TimeoutException">It did not become so; the message tells how it stands.</exception>
    public async Task<Stored> WhenAsync(string orderId, Func<Stored, bool> isMet)
    {
        Task<Stored> met;
        lock (gate)
        {
            if (orders.TryGetValue(orderId, out var stored) && isMet(stored))
            {
                return stored;
            }

            var source = new TaskCompletionSource<Stored>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((orderId, isMet, source));
            met = source.Task;
        }

        try
        {
            return await met.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"order {orderId} stands at {Find(orderId)?.Describe() ?? "nothing"}");
        }
    }
}

/// <summary>An order as the store keeps it.</summary>
internal sealed record Stored(
    OrderView View,
    long Version,
    IReadOnlyList<OrderEvent> Events,
    IReadOnlyList<OrderNotification> Notifications,
    IReadOnlyList<SettlementEntry> Settlement)
{
    public IEnumerable<string> Types => Events.Select(kept => kept.Type);

    public IEnumerable<string> Templates => Notifications.Select(kept => kept.Template);

    public bool Has(string type) => Types.Contains(type, StringComparer.Ordinal);

    public bool IsIn(OrderStatus status) => View.Status == status;

    public string Describe() => $"{View.Status} {View.Attention?.Step} {View.Attention?.Error}: {string.Join(", ", Types)}";
}
