using System.Text.Json;
using Dapper;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Reads orders by the indexes of <c>0001-orders.sql</c>.</summary>
internal sealed class OrderQueries(OrderDatabase database) : IOrderQueries, IStoredOrders
{
    private static readonly string[] Unpaid =
        [.. new[] { OrderStatus.Placed, OrderStatus.StockReserved, OrderStatus.AwaitingPayment }.Select(OrderSearchAttributes.Name)];

    public async Task<OrderView?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        var document = await ScalarAsync("SELECT document FROM orders WHERE order_id = @orderId", new { orderId }, cancellationToken);
        return document is null ? null : Parse(document);
    }

    public async Task<StoredOrder?> FindStoredAsync(string orderId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<VersionRow>(
            "SELECT version AS Version, document AS Document FROM orders WHERE order_id = @orderId", new { orderId }, cancellationToken);
        return rows.Count == 0 ? null : new StoredOrder(Parse(rows[0].Document), rows[0].Version);
    }

    public async Task<OrderPage> ListAsync(OrderFilter filter, CancellationToken cancellationToken)
    {
        var (sql, parameters) = OrderListQuery.For(filter);
        var rows = await QueryAsync<OrderRow>(sql, parameters, cancellationToken);
        var page = rows.Take(filter.Limit).ToList();
        var next = rows.Count > filter.Limit ? OrderCursor.After(page[^1].CreatedAt, page[^1].OrderId) : null;
        return new OrderPage([.. page.Select(row => Parse(row.Document))], next);
    }

    public async Task<IReadOnlyList<StoredEvent>> EventsOfAsync(string orderId, long afterPosition, CancellationToken cancellationToken)
    {
        // Writers of one order take turns, so within it positions are the order of commits and need no look at commit groups.
        const string sql =
            $"""
            SELECT {EventRow.Columns} FROM events WHERE order_id = @orderId AND position > @afterPosition ORDER BY position
            """;
        var rows = await QueryAsync<EventRow>(sql, new { orderId, afterPosition }, cancellationToken);
        return [.. rows.Select(row => row.ToEvent())];
    }

    public async Task<IReadOnlyList<StoredEvent>> FeedAsync(FeedPosition after, int limit, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT {EventRow.Columns} FROM events WHERE (commit_group, position) > (@CommitGroup, @Number) AND {database.Dialect.CommitGroupIsSettled}
            ORDER BY commit_group, position LIMIT @limit
            """;
        var rows = await QueryAsync<EventRow>(sql, new { after.CommitGroup, after.Number, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToEvent())];
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

    public Task<IReadOnlyList<string>> UnpaidOrdersWithProductAsync(string productId, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            """
            SELECT l.order_id FROM order_lines l JOIN orders o ON o.order_id = l.order_id
            WHERE l.product_id = @productId AND o.status IN (@first, @second, @third) ORDER BY o.created_at, o.order_id
            """,
            new { productId, first = Unpaid[0], second = Unpaid[1], third = Unpaid[2] },
            cancellationToken);

    public Task<string?> LatestOrderOfMemberAsync(string memberId, CancellationToken cancellationToken) => ScalarAsync(
        "SELECT order_id FROM orders WHERE member_id = @memberId ORDER BY created_at DESC, order_id DESC LIMIT 1", new { memberId }, cancellationToken);

    private static OrderView Parse(string document) => JsonSerializer.Deserialize<OrderView>(document, OrderJson.Options)!;

    private Task<string?> ScalarAsync(string sql, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, token) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(sql, parameters, cancellationToken: token)),
        cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(
            async (connection, token) =>
                (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);

    private sealed record OrderRow(string OrderId, long CreatedAt, string Document);

    private sealed record VersionRow(long Version, string Document);

    private sealed record PositionRow(long CommitGroup, long Position);
}
