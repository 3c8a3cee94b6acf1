using System.Collections.Concurrent;
using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Api;

/// <summary>
/// Stands in for the order workflows where a test is about HTTP alone: records the calls and answers what the test decides.
/// A placed order is written to the store, as its workflow would.
/// </summary>
internal sealed class FakeOrders(IOrderStore store) : IOrderCommands
{
    public ConcurrentQueue<Order> Placed { get; } = [];

    public ConcurrentQueue<(string OrderId, PartnerEvent Event)> Signals { get; } = [];

    public ConcurrentQueue<(string OrderId, string Update, string UpdateId, object? Argument)> Updates { get; } = [];

    /// <summary>Orders that nobody knows.</summary>
    public ConcurrentDictionary<string, bool> Unknown { get; } = [];

    /// <summary>Orders that have an open run: those that were resumed, and what a test says.</summary>
    public ConcurrentDictionary<string, bool> Restored { get; } = [];

    /// <summary>Orders that Temporal cannot be asked about at the moment.</summary>
    public ConcurrentDictionary<string, bool> Away { get; } = [];

    /// <summary>What a signal waits for.</summary>
    public Task BeforeSignal { get; set; } = Task.CompletedTask;

    /// <summary>What placing does; by default the order is decided at once.</summary>
    public Func<Order, Task<OrderView?>>? OnPlace { get; set; }

    public Func<string, ExistingOrder>? OnFindExisting { get; set; }

    public Exception? UpdateFailure { get; set; }

    /// <summary>What an update waits for before it is answered.</summary>
    public Task BeforeUpdate { get; set; } = Task.CompletedTask;

    /// <summary>The order after an update; by default one that nothing happened to.</summary>
    public Func<string, object?, OrderView>? OnUpdate { get; set; }

    public async Task<OrderView?> PlaceAsync(Order order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Placed.Enqueue(order);
        var view = OnPlace is null ? View(order.Request) : await OnPlace(order);
        if (view is not null)
        {
            await WriteAsync(Snapshots.Of(view.OrderId, view.MemberId, OrderStatus.AwaitingPayment, DateTimeOffset.UtcNow), Event(view.OrderId, "order.placed"));
        }

        return view;
    }

    /// <summary>Writes an order as its only run would.</summary>
    public Task WriteAsync(Order order, params OrderEvent[] events) => WriteAsync(order, events, entries: null);

    public Task WriteAsync(Order order, OrderEvent[] events, IReadOnlyList<SettlementEntry>? entries) =>
        store.WriteAsync(new OrderRecord(order, events, [], entries), "run-1", CancellationToken.None);

    public Task<ExistingOrder> FindExistingAsync(string orderId, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(OnFindExisting?.Invoke(orderId) ?? new ExistingOrder(false, null));

    public async Task<OrderView> UpdateAsync(
        string orderId, string update, string updateId, Func<long, object> argument, CancellationToken cancellationToken)
    {
        var command = argument(0);
        Updates.Enqueue((orderId, update, updateId, command));
        await BeforeUpdate;
        return UpdateFailure is null ? OnUpdate?.Invoke(orderId, command) ?? View(orderId, "m-1") : throw UpdateFailure;
    }

    public async Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        await BeforeSignal;
        if (Unknown.ContainsKey(orderId))
        {
            throw new OrderUnknownException(orderId);
        }

        if (Away.ContainsKey(orderId))
        {
            throw new OrdersUnavailableException("Temporal is away");
        }

        Signals.Enqueue((orderId, partnerEvent));
    }

    public async Task<bool> SignalOpenAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        if (Unknown.ContainsKey(orderId))
        {
            return false;
        }

        await SignalAsync(orderId, partnerEvent, cancellationToken);
        return true;
    }

    public async Task<IReadOnlyList<OrderEvent>> ResumeAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        await SignalAsync(order.OrderId, partnerEvent, cancellationToken);
        return [];
    }

    public Task<bool> RestoreAsync(string orderId, CancellationToken cancellationToken)
    {
        if (Away.ContainsKey(orderId))
        {
            throw new OrdersUnavailableException("Temporal is away");
        }

        return Task.FromResult(Restored.TryAdd(orderId, true));
    }

    public Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken) => Task.FromResult<OrderView?>(null);

    public static OrderView View(OrderRequest request) => View(request.OrderId, request.MemberId);

    public static OrderView View(string orderId, string? memberId) => new()
    {
        OrderId = orderId,
        MemberId = memberId,
        Status = OrderStatus.AwaitingPayment,
        Amounts = new OrderAmounts(new Won(20_000), Won.Zero, Won.Zero, new Won(3_000), Won.Zero, new Won(23_000)),
        Lines = [new OrderLineView("p-100", "s-1", "Ramen", 2, new Won(10_000), Won.Zero, new Won(20_000), 0)],
        CreatedAt = DateTimeOffset.UtcNow,
        UpdatedAt = DateTimeOffset.UtcNow,
    };

    public static OrderEvent Event(string orderId, string type, int sequence = 1) => new(
        $"{orderId}/{type}/{sequence}", "/teams/order", type, orderId, DateTimeOffset.UtcNow, JsonSerializer.SerializeToElement(new { orderId }));
}

/// <summary>Facts by which every product costs 10,000 won and is delivered anywhere, unless the test says otherwise.</summary>
internal sealed class FakeFacts : IOrderFactsSource
{
    public Func<OrderFacts, OrderFacts?> Change { get; set; } = facts => facts;

    public Task<OrderFacts?> ReadAsync(OrderRequest request, CancellationToken cancellationToken) => Task.FromResult(Change(new OrderFacts
    {
        Products = [.. request.Lines.DistinctBy(line => line.ProductId).Select(line => new ProductFact(line.ProductId, "Ramen", new Won(10_000), "s-1", "food", false, true, 100, []))],
        Member = request.MemberId is { } memberId ? new MemberFact(memberId, "BASIC", 5_000, null, null) : null,
        Serviceability = new ServiceabilityFact(true, false),
    }));

    public ServiceabilityFact? Serviceability { get; set; } = new(Deliverable: true, Remote: false);

    public Task<ServiceabilityFact?> ServiceabilityAsync(string postalCode, CancellationToken cancellationToken) => Task.FromResult(Serviceability);

    public Task<IdentityVerificationFact?> VerificationAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult<IdentityVerificationFact?>(new IdentityVerificationFact(id, Verified: true, MemberId: null));
}
