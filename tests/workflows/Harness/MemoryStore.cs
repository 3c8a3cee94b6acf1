using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>
/// An order store in memory with the contract of the real one (a snapshot never goes back, events and notifications are stored once), which lets a test
/// wait for what is written instead of for a fixed time.
/// </summary>
internal sealed class MemoryStore(CallWatch calls) : IOrderStore, IOrderTimeline, IShipmentTracking, IReceivedEvents
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Stored> orders = new(StringComparer.Ordinal);
    private readonly List<(string OrderId, Func<Stored, bool> IsMet, TaskCompletionSource<Stored> ExistingOrder)> waiting = [];
    private readonly List<PartnerEvent> handed = [];
    private int failEvery;
    private int writes;

    /// <summary>From now on every nth write fails as if the store were unavailable, in turn before and after it is done.</summary>
    public void FailEvery(int nth) => failEvery = nth;

    /// <summary>Called once a record is written and before its activity completes; it may hold the workflow task of a local activity.</summary>
    public Func<OrderRecord, Task> AfterWrite { get; set; } = _ => Task.CompletedTask;

    public async Task<RecordOutcome> WriteAsync(OrderRecord record, string runId, CancellationToken cancellationToken)
    {
        var outcome = await WriteAsync(record, runId);
        await AfterWrite(record);
        return outcome;
    }

    private Task<RecordOutcome> WriteAsync(OrderRecord record, string runId)
    {
        var orderId = record.Snapshot.OrderId;
        var (fails, isDone) = NextWrite();
        if (fails && !isDone)
        {
            throw new IOException("the store is away");
        }

        lock (gate)
        {
            var stored = orders.GetValueOrDefault(orderId) ?? new Stored(record.Snapshot with { Version = -1 }, runId, [], [], []);
            if (record.Snapshot.Version <= stored.Snapshot.Version && stored.RunId is not null && stored.RunId != runId)
            {
                return Task.FromResult(RecordOutcome.Superseded);
            }

            var isNewer = record.Snapshot.Version > stored.Snapshot.Version || (stored.RunId == runId && record.Snapshot.UpdatedAt > stored.Snapshot.UpdatedAt);
            stored = new Stored(
                isNewer ? Stored.AsStored(record.Snapshot) : stored.Snapshot,
                isNewer ? runId : stored.RunId,
                [.. stored.Events, .. record.Events.Where(added => !stored.Events.Any(existing => existing.Id == added.Id && existing.Source == added.Source))],
                [.. stored.Notifications, .. record.Notifications.Where(added => stored.Notifications.All(existing => existing.Key != added.Key))],
                [.. stored.Settlement, .. (record.Settlement ?? []).Where(added => stored.Settlement.All(existing => existing.EntryId != added.EntryId))]);
            orders[orderId] = stored;
            foreach (var wait in waiting.Where(wait => wait.OrderId == orderId && wait.IsMet(stored)).ToList())
            {
                waiting.Remove(wait);
                wait.ExistingOrder.SetResult(stored);
            }
        }

        calls.Look();
        return fails ? throw new IOException("the store went away before it could answer") : Task.FromResult(RecordOutcome.Written);
    }

    public Task AddAsync(Order order, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            orders.TryAdd(order.OrderId, new Stored(order, null, [], [], []));
        }

        return Task.CompletedTask;
    }

    public Task RemoveUnrecordedAsync(string orderId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (orders.TryGetValue(orderId, out var stored) && stored.Snapshot.Version == 0)
            {
                orders.Remove(orderId);
            }
        }

        return Task.CompletedTask;
    }

    public Task<Order?> FindSnapshotAsync(string orderId, CancellationToken cancellationToken) => Task.FromResult(Find(orderId)?.Snapshot);

    public Task<StoredState?> FindStateAsync(string orderId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(orderId)?.Snapshot is { } order ? new StoredState(order.Version, order.UpdatedAt) : null);

    public Task<IReadOnlyList<string>> OpenOrdersAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. orders.Where(order => !order.Value.Snapshot.IsAtRest).Select(order => order.Key)]);
        }
    }

    public Task AppendAsync(OrderEvent orderEvent, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var stored = orders[orderEvent.OrderId];
            orders[orderEvent.OrderId] = stored with { Events = [.. stored.Events, orderEvent] };
        }

        calls.Look();
        return Task.CompletedTask;
    }

    public Task AppendAsync(string orderId, string? shipmentId, PartnerEvent received, string? ignoredBecause, CancellationToken cancellationToken) =>
        throw new NotSupportedException("scans are the API's");

    public Task<IReadOnlyList<ShipmentScan>> ScansAsync(string orderId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ShipmentScan>>([]);

    public Task<DateTimeOffset?> LastScanAsync(string orderId, string shipmentId, CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    public Task<IReadOnlySet<string>> KnownAsync(string source, IReadOnlyList<string> eventIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException("repeated events are the API's");

    public Task ReceiveAsync(string source, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            handed.AddRange(events.Select(received => received.Handed).OfType<PartnerEvent>());
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PartnerEvent>> UnappliedAsync(string orderId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var applied = orders.GetValueOrDefault(orderId)?.Events ?? [];
            return Task.FromResult<IReadOnlyList<PartnerEvent>>(
                [.. handed.Where(given => given.Subject == orderId && !applied.Any(existing => existing.Source == given.Source && existing.Id == given.Id))]);
        }
    }

    public Stored? Find(string orderId)
    {
        lock (gate)
        {
            return orders.GetValueOrDefault(orderId);
        }
    }

    private (bool Fails, bool IsDone) NextWrite()
    {
        var write = Interlocked.Increment(ref writes);
        return failEvery == 0 || write % failEvery != 0 ? (false, true) : (true, write / failEvery % 2 == 0);
    }

    /// <summary>The order once it is as expected.</summary>
    /// <exception cref="TimeoutException">It did not become so; the message describes the order's state.</exception>
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
            return await met.WaitAsync(Timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"order {orderId} is at {Find(orderId)?.Describe() ?? "nothing"}");
        }
    }
}

/// <summary>An order as it is stored.</summary>
internal sealed record Stored(
    Order Snapshot,
    string? RunId,
    IReadOnlyList<OrderEvent> Events,
    IReadOnlyList<OrderNotification> Notifications,
    IReadOnlyList<SettlementEntry> Settlement)
{
    /// <summary>What everybody reads of the order, computed from its snapshot.</summary>
    public OrderView View { get; } = Snapshot.View();

    /// <summary>A snapshot as it is after it was written and read.</summary>
    public static Order AsStored(Order order) =>
        System.Text.Json.JsonSerializer.Deserialize<Order>(System.Text.Json.JsonSerializer.Serialize(order, OrderJson.Options), OrderJson.Options)!;

    public IEnumerable<string> Types => Events.Select(existing => existing.Type);

    public IEnumerable<string> Templates => Notifications.Select(existing => existing.Template);

    public bool Has(string type) => Types.Contains(type, StringComparer.Ordinal);

    public bool IsIn(OrderStatus status) => View.Status == status;

    public string Describe() => $"{View.Status} {View.Attention?.Step} {View.Attention?.Error}: {string.Join(", ", Types)}";
}
