using Dapper;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>Dead letters in the order database: queues whose next event was abandoned.</summary>
internal sealed class DeadLetters(OrderDatabase database, TimeProvider time) : IDeadLetters
{
    private const string One = "subscriber = @subscriber AND order_id = @orderId AND state = 'dead'";

    private const string States =
        """
        SELECT s.name AS Name,
            COALESCE(SUM(CASE WHEN l.state = 'open' AND l.attempts = 0 THEN 1 ELSE 0 END), 0) AS Waiting,
            COALESCE(SUM(CASE WHEN l.state = 'open' AND l.attempts > 0 THEN 1 ELSE 0 END), 0) AS Failing,
            COALESCE(SUM(CASE WHEN l.state = 'dead' THEN 1 ELSE 0 END), 0) AS Dead
        FROM event_subscribers s LEFT JOIN event_lanes l ON l.subscriber = s.name GROUP BY s.name ORDER BY s.name
        """;

    private const string Reopen =
        "UPDATE event_lanes SET state = 'open', attempts = 0, failing_since = NULL, dead_position = NULL, dead_since = NULL, next_attempt_at = @now";

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    public async Task<IReadOnlyList<SubscriberState>> SubscribersAsync(CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<StateRow>(States, new { }, cancellationToken);
        return [.. rows.Select(row => new SubscriberState(row.Name, row.Waiting, row.Failing, row.Dead))];
    }

    public async Task<DeadLetterPage> ListAsync(string? subscriber, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (since, id) = cursor is null ? (0, "") : OrderCursor.Parse(cursor);
        var sql =
            $"""
            SELECT l.subscriber AS Subscriber, l.order_id AS OrderId, e.event_id AS EventId, e.type AS EventType, l.attempts AS Attempts,
                l.failing_since AS FailingSince, l.dead_since AS DeadSince, l.last_error AS Error
            FROM event_lanes l JOIN events e ON e.order_id = l.order_id AND e.position = l.dead_position
            WHERE l.state = 'dead' AND (l.dead_since, l.subscriber || '/' || l.order_id) > (@since, @id)
                {(subscriber is null ? "" : "AND l.subscriber = @subscriber")}
            ORDER BY l.dead_since, l.subscriber || '/' || l.order_id LIMIT @limit
            """;
        var rows = await QueryAsync<Row>(sql, new { since, id, subscriber, limit = limit + 1L }, cancellationToken);
        var page = rows.Take(limit).ToList();
        return new DeadLetterPage(
            [.. page.Select(row => row.ToLetter())],
            rows.Count > limit ? OrderCursor.After(page[^1].DeadSince, $"{page[^1].Subscriber}/{page[^1].OrderId}") : null);
    }

    public async Task<bool> RedeliverAsync(string subscriber, string orderId, CancellationToken cancellationToken) =>
        await ChangeAsync($"{Reopen} WHERE {One}", new { subscriber, orderId, now = Now }, cancellationToken) > 0;

    public Task<int> RedeliverAllAsync(string subscriber, CancellationToken cancellationToken) =>
        ChangeAsync($"{Reopen} WHERE subscriber = @subscriber AND state = 'dead'", new { subscriber, now = Now }, cancellationToken);

    public async Task<bool> DiscardAsync(string subscriber, string orderId, CancellationToken cancellationToken) =>
        await ChangeAsync($"{Reopen}, delivered = dead_position WHERE {One}", new { subscriber, orderId, now = Now }, cancellationToken) > 0;

    private Task<int> ChangeAsync(string sql, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(sql, parameters), cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(
            async (connection, token) =>
                (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);

    // Mapped by name: without rows SQLite does not know the types of sums, so no constructor would match.
    private sealed record StateRow
    {
        public string Name { get; init; } = "";

        public long Waiting { get; init; }

        public long Failing { get; init; }

        public long Dead { get; init; }
    }

    private sealed record Row(
        string Subscriber, string OrderId, string EventId, string EventType, long Attempts, long FailingSince, long DeadSince, string Error)
    {
        public DeadLetter ToLetter() => new(
            Subscriber, OrderId, EventId, EventType, Attempts, StoreTime.FromStore(FailingSince), StoreTime.FromStore(DeadSince), Error);
    }
}
