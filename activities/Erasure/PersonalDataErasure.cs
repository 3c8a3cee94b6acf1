using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Keys;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Erasure;

/// <summary>
/// Erases a customer (contract §6): the key is destroyed, and with it everything that it encrypted, wherever copies of it are. Data that the law
/// requires to retain (products, amounts, dates, ledger) is not erased. A repeat changes nothing and returns the same result.
/// </summary>
public sealed class PersonalDataErasure
{
    private readonly OrderDatabase orders;
    private readonly CustomerOrders customers;
    private readonly IKeyRing keys;
    private readonly IKeyStore store;
    private readonly PrivacyAudit audit;
    private readonly TimeProvider time;

    internal PersonalDataErasure(
        OrderDatabase orders, CustomerOrders customers, IKeyRing keys, IKeyStore store, PrivacyAudit audit, TimeProvider time)
    {
        this.orders = orders;
        this.customers = customers;
        this.keys = keys;
        this.store = store;
        this.audit = audit;
        this.time = time;
    }

    /// <summary>Erases a member, unless one of its orders is open or can still be returned.</summary>
    /// <param name="actor">Who requests it, as named in the audit trail.</param>
    public async Task<ErasureOutcome> EraseMemberAsync(string memberId, string actor, CancellationToken cancellationToken)
    {
        var known = await customers.OfMemberAsync(memberId, cancellationToken);
        var member = DataOwner.Member(memberId);
        if (await BlockedAsync(member, known, cancellationToken) is { Count: > 0 } open)
        {
            return new ErasureOutcome(null, open);
        }

        return await EraseAsync(member, known, memberId, $"member:{memberId}", actor, cancellationToken);
    }

    /// <summary>Erases the guest of an order, unless the order is open or can still be returned.</summary>
    public async Task<ErasureOutcome> EraseGuestAsync(Order order, string actor, CancellationToken cancellationToken) =>
        IsOpen(order)
            ? new ErasureOutcome(null, [order.OrderId])
            : await EraseAsync(DataOwner.Guest(order.OrderId), [order], memberId: null, $"order:{order.OrderId}", actor, cancellationToken);

    /// <summary>Whether an order is not at rest, or can still be returned: then its customer's address is needed.</summary>
    public bool IsOpen(Order order) => !order.IsAtRest || order.ReturnableUntil(sellersFault: false) > time.GetUtcNow();

    private async Task<IReadOnlyList<string>> BlockedAsync(DataOwner member, IReadOnlyList<Order> known, CancellationToken cancellationToken)
    {
        // An order whose key was assigned moments ago may not be in the store yet, because it is being placed.
        var placing = await store.RecentOrdersAsync(member.Name, time.GetUtcNow() - LongestPlacing, cancellationToken);
        return [.. known.Where(IsOpen).Select(order => order.OrderId).Union(placing.Except(known.Select(order => order.OrderId)))];
    }

    private static TimeSpan LongestPlacing { get; } = TimeSpan.FromMinutes(1);

    private async Task<ErasureOutcome> EraseAsync(
        DataOwner customer, IReadOnlyList<Order> known, string? memberId, string subject, string actor, CancellationToken cancellationToken)
    {
        string[] orderIds = [.. known.Select(order => order.OrderId).Order(StringComparer.Ordinal)];
        var before = await store.ErasedAtAsync(customer.Name, cancellationToken);
        if (before is null || known.Any(order => !order.ShipTo.IsErased))
        {
            await keys.EraseAsync(customer, orderIds, cancellationToken);
            await DeletePersonalRowsAsync(memberId, orderIds, cancellationToken);
            await audit.WriteAsync(actor, PrivacyAction.Erased, subject, cancellationToken);
        }

        return new ErasureOutcome(new Erasure((await store.ErasedAtAsync(customer.Name, cancellationToken))!.Value, orderIds), []);
    }

    /// <summary>Marks the orders as erased and deletes rows that are only about the person.</summary>
    private Task<int> DeletePersonalRowsAsync(string? memberId, string[] orderIds, CancellationToken cancellationToken) => orders.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync("UPDATE orders SET erased = 1 WHERE order_id = @orderId", orderIds.Select(orderId => new { orderId }));
            await write.ExecuteAsync("DELETE FROM addresses WHERE member_id = @memberId", new { memberId });
            await write.ExecuteAsync("DELETE FROM carts WHERE cart_id = @memberId", new { memberId });
            await write.ExecuteAsync("DELETE FROM guest_tokens WHERE order_id = @orderId", orderIds.Select(orderId => new { orderId }));
            await write.ExecuteAsync("DELETE FROM guest_orders WHERE order_id = @orderId", orderIds.Select(orderId => new { orderId }));
            return 0;
        },
        cancellationToken);
}

/// <summary>What was erased, and when.</summary>
public sealed record Erasure(DateTimeOffset ErasedAt, IReadOnlyList<string> Orders);

/// <summary>An erasure, or the open orders that prevent it.</summary>
public sealed record ErasureOutcome(Erasure? Erasure, IReadOnlyList<string> OpenOrders);
