using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Erasure;

/// <summary>Reads customers' orders from their full snapshots.</summary>
internal sealed class CustomerOrders(OrderDatabase database, IPersonalData personal)
{
    /// <summary>A member's orders, oldest first, including those it claimed.</summary>
    public async Task<IReadOnlyList<Order>> OfMemberAsync(string memberId, CancellationToken cancellationToken)
    {
        var snapshots = await QueryAsync<string>(
            "SELECT snapshot FROM orders WHERE member_id = @memberId ORDER BY created_at, order_id", new { memberId }, cancellationToken);
        return [.. (await personal.UnprotectAsync(snapshots, cancellationToken)).Select(OrderStore.Parse)];
    }

    /// <summary>Members with an order that was placed before a time and whose data is not erased, after one in the order of ids.</summary>
    public Task<IReadOnlyList<string>> UnerasedMembersAsync(DateTimeOffset before, string after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            """
            SELECT DISTINCT member_id FROM orders WHERE erased = 0 AND member_id > @after AND created_at < @before ORDER BY member_id LIMIT @limit
            """,
            new { before = StoreTime.ToStore(before), after, limit },
            cancellationToken);

    /// <summary>Guests' orders that were placed before a time and whose data is not erased, after one in the order of ids.</summary>
    public async Task<IReadOnlyList<Order>> UnerasedGuestOrdersAsync(DateTimeOffset before, string after, int limit, CancellationToken cancellationToken)
    {
        var snapshots = await QueryAsync<string>(
            """
            SELECT snapshot FROM orders WHERE erased = 0 AND member_id IS NULL AND created_at < @before AND order_id > @after ORDER BY order_id LIMIT @limit
            """,
            new { before = StoreTime.ToStore(before), after, limit },
            cancellationToken);
        return [.. (await personal.UnprotectAsync(snapshots, cancellationToken)).Select(OrderStore.Parse)];
    }

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(
            async (connection, token) =>
                (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);
}
