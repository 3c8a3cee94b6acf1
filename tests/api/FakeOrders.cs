using System.Collections.Concurrent;
using System.Text.Json;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Api;

/// <summary>
/// Stands in for the order workflows where a test is about HTTP alone: remembers what it was asked and answers what the test decides.
/// A placed order is written to the store, as its workflow would.
/// </summary>
internal sealed class FakeOrders(IOrderStore store) : IOrderCommands
{
    public ConcurrentQueue<OrderInput> Placed { get; } = [];

    public ConcurrentQueue<(string OrderId, PartnerEvent Event)> Signals { get; } = [];

    public ConcurrentQueue<(string OrderId, string Update, string UpdateId, object? Argument)> Updates { get; } = [];

    /// <summary>Orders whose workflow has ended or never was.</summary>
    public ConcurrentDictionary<string, bool> Closed { get; } = [];

    /// <summary>What placing does; by default the order is decided at once.</summary>
    public Func<OrderInput, Task<OrderView?>>? OnPlace { get; set; }

    public Func<string, Met>? OnMeet { get; set; }

    public Exception? UpdateFailure { get; set; }

    /// <summary>The order after an update; by default one that nothing happened to.</summary>
    public Func<string, object?, OrderView>? OnUpdate { get; set; }

    public async Task<OrderView?> PlaceAsync(OrderInput input, TimeSpan patience, CancellationToken cancellationToken)
    {
        Placed.Enqueue(input);
        var view = OnPlace is null ? View(input.Request) : await OnPlace(input);
        if (view is not null)
        {
            await store.WriteAsync(new OrderRecord(view, 1, [Event(view.OrderId, "order.placed")], []), cancellationToken);
        }

        return view;
    }

    public Task<Met> MeetAsync(string orderId, TimeSpan patience, CancellationToken cancellationToken) =>
        Task.FromResult(OnMeet?.Invoke(orderId) ?? new Met(false, null));

    public Task<OrderView> UpdateAsync(string orderId, string update, string updateId, object? argument, CancellationToken cancellationToken)
    {
        Updates.Enqueue((orderId, update, updateId, argument));
        return UpdateFailure is null
            ? Task.FromResult(OnUpdate?.Invoke(orderId, argument) ?? View(orderId, "m-1"))
            : Task.FromException<OrderView>(UpdateFailure);
    }

    public Task<ClaimOutcome> ClaimClosedAsync(ClaimInput input, CancellationToken cancellationToken) =>
        Task.FromResult(new ClaimOutcome(input.Claim.MemberId, input.WishId));

    public Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        if (Closed.ContainsKey(orderId))
        {
            throw new OrderClosedException(orderId);
        }

        Signals.Enqueue((orderId, partnerEvent));
        return Task.CompletedTask;
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
        Products = [.. request.Lines.Select(line => new ProductFact(line.ProductId, "Ramen", new Won(10_000), "s-1", "food", false, true, 100, []))],
        Member = request.MemberId is { } memberId ? new MemberFact(memberId, "BASIC", 5_000, null, null) : null,
        Serviceability = new ServiceabilityFact(true, false),
    }));
}
