using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Activities.Store.Idempotency;

/// <summary>Idempotency keys in the order database.</summary>
internal sealed class IdempotencyStore(OrderDatabase database, TimeProvider time) : IIdempotencyStore
{
    private static readonly TimeSpan KeyRetention = TimeSpan.FromDays(15);
    private static readonly TimeSpan ReceivedEventRetention = TimeSpan.FromDays(15);

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    public Task<IdempotencyClaim> ClaimAsync(
        string scope, string bodyHash, string resourceId, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                var now = Now;
                var row = new { scope, bodyHash, resourceId, owner, now, leaseUntil = StoreTime.ToStore(time.GetUtcNow() + lease) };
                var batch = new StoreBatch(write);
                batch.Add(
                    "DELETE FROM idempotency_keys WHERE scope = @scope AND created_at <= @expired",
                    new { scope, expired = StoreTime.ToStore(time.GetUtcNow() - KeyRetention) });

                // Of concurrent requests one inserts; the others wait here for its commit and find its row.
                batch.Add(
                    """
                    INSERT INTO idempotency_keys (scope, body_hash, resource_id, owner, lease_until, created_at)
                    VALUES (@scope, @bodyHash, @resourceId, @owner, @leaseUntil, @now) ON CONFLICT (scope) DO NOTHING
                    """,
                    row);
                return await batch.ExecuteAsync() is [_, > 0]
                    ? new IdempotencyClaim(IdempotencyOutcome.Run, resourceId)
                    : await FindExistingAsync(write, row, bodyHash);
            },
            cancellationToken);

    public Task CompleteAsync(string scope, string owner, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE idempotency_keys SET answer = @answer, owner = NULL WHERE scope = @scope AND owner = @owner AND answer IS NULL",
        new { scope, owner, answer = answer.ToArray() },
        cancellationToken);

    public Task ReleaseAsync(string scope, string owner, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE idempotency_keys SET owner = NULL, lease_until = 0 WHERE scope = @scope AND owner = @owner AND answer IS NULL",
        new { scope, owner },
        cancellationToken);

    public Task<int> PurgeAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            var keys = StoreTime.ToStore(time.GetUtcNow() - KeyRetention);
            var events = StoreTime.ToStore(time.GetUtcNow() - ReceivedEventRetention);
            var guests = StoreTime.ToStore(time.GetUtcNow() - GuestOrders.AreClaimable);
            var claims = StoreTime.ToStore(time.GetUtcNow() - UnpaidOrders.AreCounted);
            return await write.ExecuteAsync("DELETE FROM idempotency_keys WHERE created_at <= @keys", new { keys })
                + await write.ExecuteAsync("DELETE FROM received_events WHERE received_at <= @events", new { events })
                + await write.ExecuteAsync("DELETE FROM handed_events WHERE handed_at <= @events", new { events })
                + await write.ExecuteAsync("DELETE FROM guest_orders WHERE placed_at <= @guests", new { guests })
                + await write.ExecuteAsync("DELETE FROM unpaid_claims WHERE claimed_at <= @claims", new { claims });
        },
        cancellationToken);

    private static async Task<IdempotencyClaim> FindExistingAsync(StoreWrite write, object row, string bodyHash)
    {
        var known = await write.QueryAsync<KeyRow>(
            "SELECT body_hash AS BodyHash, resource_id AS ResourceId, answer AS Answer FROM idempotency_keys WHERE scope = @scope", row);
        var key = known[0];
        if (!string.Equals(key.BodyHash, bodyHash, StringComparison.Ordinal))
        {
            return new IdempotencyClaim(IdempotencyOutcome.OtherBody, key.ResourceId);
        }

        if (key.Answer is not null)
        {
            return new IdempotencyClaim(IdempotencyOutcome.Answered, key.ResourceId, key.Answer);
        }

        var taken = await write.ExecuteAsync(
            """
            UPDATE idempotency_keys SET owner = @owner, lease_until = @leaseUntil
            WHERE scope = @scope AND answer IS NULL AND (owner IS NULL OR lease_until <= @now)
            """,
            row);
        return new IdempotencyClaim(taken > 0 ? IdempotencyOutcome.Run : IdempotencyOutcome.Running, key.ResourceId);
    }

    private Task<int> SettleAsync(string sql, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(sql, parameters), cancellationToken);

    private sealed record KeyRow
    {
        public string BodyHash { get; init; } = "";

        public string ResourceId { get; init; } = "";

        public byte[]? Answer { get; init; }
    }
}
