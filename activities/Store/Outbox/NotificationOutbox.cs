using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>The notification outbox in the order database; <c>next_attempt_at</c> of a claimed row is the end of its lease.</summary>
internal sealed class NotificationOutbox(OrderDatabase database, IPersonalData personal, TimeProvider time) : INotificationOutbox
{
    public async Task<IReadOnlyList<PendingNotification>> ClaimAsync(string owner, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        var rows = await database.WriteAsync<IReadOnlyList<Row>>(
            async (transaction, token) =>
            {
                var now = time.GetUtcNow();
                var claimed = await new StoreWrite(transaction, token).QueryAsync<Row>(
                    $"""
                    UPDATE notifications SET lease_owner = @owner, next_attempt_at = @leaseUntil, attempts = attempts + 1
                    WHERE sequence IN (
                        SELECT sequence FROM notifications WHERE state = 'pending' AND next_attempt_at <= @now
                        ORDER BY next_attempt_at, sequence LIMIT @limit {database.Dialect.SkipLocked})
                    RETURNING sequence AS Sequence, key AS Key, order_id AS OrderId, recipient AS Recipient, template AS Template, data AS Data,
                        attempts AS Attempts, created_at AS CreatedAt, traceparent AS Traceparent
                    """,
                    new { owner, leaseUntil = StoreTime.ToStore(now + lease), now = StoreTime.ToStore(now), limit });
                return [.. claimed.OrderBy(row => row.Sequence)];
            },
            cancellationToken);
        var data = await personal.UnprotectEventsAsync([.. rows.Select(row => row.Data)], cancellationToken);
        return [.. rows.Zip(data, (row, clear) => (row with { Data = clear }).ToNotification())];
    }

    public Task DeliveredAsync(string key, string owner, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE notifications SET state = 'delivered', settled_at = @now, lease_owner = NULL, last_error = NULL",
        new { key, owner, now = StoreTime.ToStore(time.GetUtcNow()) },
        cancellationToken);

    public Task PostponeAsync(string key, string owner, TimeSpan delay, string error, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE notifications SET next_attempt_at = @next, lease_owner = NULL, last_error = @error",
        new { key, owner, next = StoreTime.ToStore(time.GetUtcNow() + delay), error },
        cancellationToken);

    public Task MoveToDeadLettersAsync(string key, string owner, string reason, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE notifications SET state = 'dead', settled_at = @now, lease_owner = NULL, last_error = @reason",
        new { key, owner, reason, now = StoreTime.ToStore(time.GetUtcNow()) },
        cancellationToken);

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            "UPDATE notifications SET next_attempt_at = @now, lease_owner = NULL, attempts = attempts - 1 WHERE lease_owner = @owner AND state = 'pending'",
            new { owner, now = StoreTime.ToStore(time.GetUtcNow()) }),
        cancellationToken);

    public Task<bool> RequeueAsync(string key, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) => await new StoreWrite(transaction, token).ExecuteAsync(
            """
            UPDATE notifications SET state = 'pending', attempts = 0, settled_at = NULL, created_at = @now, next_attempt_at = @now
            WHERE key = @key AND state = 'dead'
            """,
            new { key, now = StoreTime.ToStore(time.GetUtcNow()) }) > 0,
        cancellationToken);

    public Task<int> PurgeAsync(DateTimeOffset deliveredBefore, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            "DELETE FROM notifications WHERE state = 'delivered' AND settled_at < @before", new { before = StoreTime.ToStore(deliveredBefore) }),
        cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, long>>(
            async (connection, token) =>
            {
                const string sql = "SELECT state AS State, COUNT(*) AS Count FROM notifications GROUP BY state";
                var rows = await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(sql, cancellationToken: token));
                return rows.ToDictionary(row => row.State, row => row.Count, StringComparer.Ordinal);
            },
            cancellationToken);

    private Task<int> SettleAsync(string update, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            update + " WHERE key = @key AND lease_owner = @owner AND state = 'pending'", parameters),
        cancellationToken);

    private sealed record Row(
        long Sequence, string Key, string OrderId, string Recipient, string Template, string Data, long Attempts, long CreatedAt,
        string? Traceparent)
    {
        public PendingNotification ToNotification()
        {
            using var data = JsonDocument.Parse(Data);
            return new PendingNotification(
                Key, OrderId, Recipient, Template, data.RootElement.Clone(), Attempts, StoreTime.FromStore(CreatedAt), Traceparent);
        }
    }
}
