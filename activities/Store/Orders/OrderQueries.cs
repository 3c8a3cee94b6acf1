using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Reads orders by the indexes of <c>0001-orders.sql</c> and <c>0080-order-lists.sql</c>.</summary>
internal sealed class OrderQueries(OrderDatabase database, IPersonalData personal) : IOrderQueries
{
    internal static readonly string[] Unpaid =
        [.. new[] { OrderStatus.Placed, OrderStatus.StockReserved, OrderStatus.AwaitingPayment }.Select(KebabCase.Name)];

    public async Task<OrderView?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        var snapshot = await ScalarAsync("SELECT snapshot FROM orders WHERE order_id = @orderId", new { orderId }, cancellationToken);
        return snapshot is null ? null : Parse((await personal.UnprotectAsync([snapshot], cancellationToken))[0]);
    }

    public async Task<OrderPage> ListAsync(OrderFilter filter, CancellationToken cancellationToken)
    {
        var (sql, parameters) = OrderListQuery.For(filter);
        var rows = await QueryAsync<OrderRow>(sql, parameters, cancellationToken);
        var page = rows.Take(filter.Limit).ToList();
        var next = rows.Count > filter.Limit ? OrderCursor.After(page[^1].CreatedAt, page[^1].OrderId) : null;
        var snapshots = await personal.UnprotectAsync([.. page.Select(row => row.Snapshot)], cancellationToken);
        return new OrderPage([.. snapshots.Select(Parse)], next);
    }

    public async Task<IReadOnlyList<StoredEvent>> EventsOfAsync(string orderId, long afterPosition, CancellationToken cancellationToken)
    {
        // Writers of one order are serialized, so its positions are in the order of commits, and commit groups do not matter.
        const string sql =
            $"""
            SELECT {EventRow.Columns} FROM events WHERE order_id = @orderId AND position > @afterPosition ORDER BY position
            """;
        var rows = await QueryAsync<EventRow>(sql, new { orderId, afterPosition }, cancellationToken);
        return await personal.UnprotectAsync(rows, cancellationToken);
    }

    public async Task<IReadOnlyList<StoredEvent>> FeedAsync(FeedPosition after, int limit, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT {EventRow.Columns} FROM events WHERE (commit_group, position) > (@CommitGroup, @Number) AND {database.Dialect.CommitGroupIsSettled}
            ORDER BY commit_group, position LIMIT @limit
            """;
        var rows = await QueryAsync<EventRow>(sql, new { after.CommitGroup, after.Number, limit }, cancellationToken);
        return await personal.UnprotectAsync(rows, cancellationToken);
    }

    public async Task<FeedPosition> FeedEndAsync(CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT commit_group AS CommitGroup, position AS Position FROM events WHERE {database.Dialect.CommitGroupIsSettled}
            ORDER BY commit_group DESC, position DESC LIMIT 1
            """;
        var rows = await QueryAsync<PositionRow>(sql, new { }, cancellationToken);
        return rows.Count == 0 ? FeedPosition.Start : new FeedPosition(rows[0].CommitGroup, rows[0].Position);
    }

    public Task<IReadOnlyList<string>> UnpaidOrdersWithProductAsync(string productId, string after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            """
            SELECT l.order_id FROM order_lines l JOIN orders o ON o.order_id = l.order_id
            WHERE l.product_id = @productId AND l.unpaid = 1 AND l.order_id > @after AND o.status IN (@first, @second, @third) ORDER BY l.order_id LIMIT @limit
            """,
            new { productId, after, limit, first = Unpaid[0], second = Unpaid[1], third = Unpaid[2] },
            cancellationToken);

    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var sql = $"SELECT order_id AS OrderId, version AS Version FROM orders WHERE {database.Dialect.OneOf("order_id", "@ids")}";
        return (await OfEachAsync<VersionRow>(sql, orderIds, cancellationToken)).ToDictionary(row => row.OrderId, row => row.Version, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<string, Order>> SnapshotsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var sql = $"SELECT order_id AS OrderId, created_at AS CreatedAt, snapshot AS Snapshot FROM orders WHERE {database.Dialect.OneOf("order_id", "@ids")}";
        var rows = await OfEachAsync<OrderRow>(sql, orderIds, cancellationToken);
        var snapshots = await personal.UnprotectAsync([.. rows.Select(row => row.Snapshot)], cancellationToken);
        return rows.Zip(snapshots).ToDictionary(row => row.First.OrderId, row => OrderStore.Parse(row.Second), StringComparer.Ordinal);
    }

    public Task<string?> LatestOrderOfMemberAsync(string memberId, CancellationToken cancellationToken) => ScalarAsync(
        "SELECT order_id FROM orders WHERE member_id = @memberId ORDER BY created_at DESC, order_id DESC LIMIT 1", new { memberId }, cancellationToken);

    private static OrderView Parse(string snapshot) => OrderStore.Parse(snapshot).View();

    private Task<string?> ScalarAsync(string sql, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, token) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(sql, parameters, cancellationToken: token)),
        cancellationToken);

    private async Task<IReadOnlyList<T>> OfEachAsync<T>(string sql, IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        foreach (var ids in orderIds.Chunk(StoreDialect.MostInAList))
        {
            rows.AddRange(await QueryAsync<T>(sql, new { ids }, cancellationToken));
        }

        return rows;
    }

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(
            async (connection, token) =>
                (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);

    private sealed record OrderRow(string OrderId, long CreatedAt, string Snapshot);

    private sealed record VersionRow(string OrderId, long Version);

    private sealed record PositionRow(long CommitGroup, long Position);
}
