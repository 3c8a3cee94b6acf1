using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>Queues in the order database; <c>next_attempt_at</c> of a claimed queue is the end of its lease.</summary>
internal sealed class SubscriberQueues(OrderDatabase database, IPersonalData personal, TimeProvider time) : ISubscriberQueues
{
    private const string Mine = "subscriber = @Subscriber AND order_id = @OrderId AND lease_owner = @Owner AND state = 'open'";

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    public Task RegisterAsync(string subscriber, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            $"""
            INSERT INTO event_subscribers (name, commit_group, position)
            SELECT @subscriber, COALESCE(newest.commit_group, 0), COALESCE(newest.position, 0)
            FROM (SELECT 1 AS one) AS single LEFT JOIN (
                SELECT commit_group, position FROM events WHERE {database.Dialect.CommitGroupIsSettled}
                ORDER BY commit_group DESC, position DESC LIMIT 1) AS newest ON 1 = 1
            WHERE 1 = 1
            ON CONFLICT (name) DO NOTHING
            """,
            new { subscriber }),
        cancellationToken);

    public async Task<int> FollowAsync(string subscriber, Func<OrderEvent, bool> wants, int limit, CancellationToken cancellationToken) =>
        await IsBehindAsync(subscriber, cancellationToken)
            ? await database.WriteAsync(
                (transaction, token) => FollowAsync(new StoreWrite(transaction, token), subscriber, wants, limit), cancellationToken)
            : 0;

    public Task<IReadOnlyList<SubscriberQueue>> ClaimAsync(
        string subscriber, string owner, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<SubscriberQueue>>(
            async (transaction, token) =>
            {
                var now = time.GetUtcNow();
                var rows = await new StoreWrite(transaction, token).QueryAsync<QueueRow>(
                    $"""
                    UPDATE event_lanes SET lease_owner = @owner, next_attempt_at = @leaseUntil
                    WHERE subscriber = @subscriber AND order_id IN (
                        SELECT order_id FROM event_lanes WHERE subscriber = @subscriber AND state = 'open' AND next_attempt_at <= @now
                        ORDER BY next_attempt_at LIMIT @limit {database.Dialect.SkipLocked})
                    RETURNING order_id AS OrderId, delivered AS Delivered, last AS Last, attempts AS Attempts, failing_since AS FailingSince
                    """,
                    new { subscriber, owner, leaseUntil = StoreTime.ToStore(now + lease), now = StoreTime.ToStore(now), limit });
                return [.. rows.Select(row => row.ToQueue(subscriber, owner))];
            },
            cancellationToken);

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(SubscriberQueue queue, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<IReadOnlyList<EventRow>>(
            async (connection, token) =>
            {
                const string sql =
                    $"""
                    SELECT {EventRow.Columns} FROM events WHERE order_id = @OrderId AND position > @Delivered AND position <= @Last
                    ORDER BY position LIMIT @limit
                    """;
                var command = new CommandDefinition(sql, new { queue.OrderId, queue.Delivered, queue.Last, limit }, cancellationToken: token);
                return (await connection.QueryAsync<EventRow>(command)).AsList();
            },
            cancellationToken);
        return await personal.UnprotectAsync(rows, cancellationToken);
    }

    public async Task<bool> ArrivedAsync(SubscriberQueue queue, long position, TimeSpan lease, CancellationToken cancellationToken) => await SettleAsync(
        """
        UPDATE event_lanes
        SET delivered = @position, attempts = 0, failing_since = NULL, last_error = NULL, next_attempt_at = @leaseUntil
        """,
        new { queue.Subscriber, queue.OrderId, queue.Owner, position, leaseUntil = StoreTime.ToStore(time.GetUtcNow() + lease) },
        cancellationToken) > 0;

    public Task ReleaseAsync(SubscriberQueue queue, long reached, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            // Following may extend the queue at the same time: the second of the two transactions sees the effect of the first.
            var write = new StoreWrite(transaction, token);
            var mine = new { queue.Subscriber, queue.OrderId, queue.Owner, reached, now = Now };
            var released = await write.ExecuteAsync(
                $"UPDATE event_lanes SET delivered = @reached, lease_owner = NULL, next_attempt_at = @now WHERE {Mine}", mine);
            return released == 0
                ? 0
                : await write.ExecuteAsync(
                    "DELETE FROM event_lanes WHERE subscriber = @Subscriber AND order_id = @OrderId AND last <= delivered", mine);
        },
        cancellationToken);

    public Task PostponeAsync(SubscriberQueue queue, TimeSpan delay, string error, CancellationToken cancellationToken) => SettleAsync(
        """
        UPDATE event_lanes
        SET lease_owner = NULL, attempts = attempts + 1, failing_since = COALESCE(failing_since, @now), last_error = @error, next_attempt_at = @next
        """,
        new { queue.Subscriber, queue.OrderId, queue.Owner, error, now = Now, next = StoreTime.ToStore(time.GetUtcNow() + delay) },
        cancellationToken);

    public Task MoveToDeadLettersAsync(SubscriberQueue queue, long position, string error, CancellationToken cancellationToken) => SettleAsync(
        """
        UPDATE event_lanes
        SET state = 'dead', lease_owner = NULL, attempts = attempts + 1, failing_since = COALESCE(failing_since, @now), last_error = @error,
            dead_position = @position, dead_since = @now
        """,
        new { queue.Subscriber, queue.OrderId, queue.Owner, position, error, now = Now },
        cancellationToken);

    // Most polls find nothing new, so they only read.
    private async Task<bool> IsBehindAsync(string subscriber, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT COUNT(*) FROM (
                SELECT 1 FROM events WHERE (commit_group, position) > (@CommitGroup, @Position) AND {database.Dialect.CommitGroupIsSettled} LIMIT 1) AS newer
            """;
        return await database.ReadAsync(
            async (connection, token) =>
            {
                var place = await connection.QuerySingleOrDefaultAsync<Place>(new CommandDefinition(Place.Select, new { subscriber }, cancellationToken: token));
                return place is not null && await connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, place, cancellationToken: token)) > 0;
            },
            cancellationToken);
    }

    private async Task<int> FollowAsync(StoreWrite write, string subscriber, Func<OrderEvent, bool> wants, int limit)
    {
        var locked = await write.QueryAsync<Place>($"{Place.Select} {database.Dialect.SkipLocked}", new { subscriber });
        if (locked.Count == 0)
        {
            return 0;
        }

        var sql =
            $"""
            SELECT {EventRow.Columns} FROM events WHERE (commit_group, position) > (@CommitGroup, @Position) AND {database.Dialect.CommitGroupIsSettled}
            ORDER BY commit_group, position LIMIT @limit
            """;
        var page = await write.QueryAsync<EventRow>(sql, new { locked[0].CommitGroup, locked[0].Position, limit });
        if (page.Count > 0)
        {
            await EnqueueAsync(write, subscriber, [.. page.Where(row => wants(row.ToEvent().Event))]);
            await write.ExecuteAsync(
                "UPDATE event_subscribers SET commit_group = @CommitGroup, position = @Position WHERE name = @subscriber",
                new { subscriber, page[^1].CommitGroup, page[^1].Position });
        }

        return page.Count;
    }

    private Task<int> EnqueueAsync(StoreWrite write, string subscriber, IReadOnlyList<EventRow> events) => write.ExecuteAsync(
        """
        INSERT INTO event_lanes (subscriber, order_id, delivered, last, state, attempts, next_attempt_at)
        VALUES (@subscriber, @OrderId, @Before, @Last, 'open', 0, @now)
        ON CONFLICT (subscriber, order_id) DO UPDATE SET last = excluded.last
        """,
        events.GroupBy(row => row.OrderId, StringComparer.Ordinal)
            .OrderBy(queue => queue.Key, StringComparer.Ordinal)
            .Select(queue => new { subscriber, OrderId = queue.Key, Before = queue.First().Position - 1, Last = queue.Last().Position, now = Now }));

    private Task<int> SettleAsync(string update, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync($"{update} WHERE {Mine}", parameters), cancellationToken);

    private sealed record Place(long CommitGroup, long Position)
    {
        public const string Select = "SELECT commit_group AS CommitGroup, position AS Position FROM event_subscribers WHERE name = @subscriber";
    }

    private sealed record QueueRow(string OrderId, long Delivered, long Last, long Attempts, long? FailingSince)
    {
        public SubscriberQueue ToQueue(string subscriber, string owner) => new(
            subscriber, OrderId, owner, Delivered, Last, Attempts, FailingSince is { } since ? StoreTime.FromStore(since) : null);
    }
}
