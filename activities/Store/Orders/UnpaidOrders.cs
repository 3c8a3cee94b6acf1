using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store.Customers;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Unpaid orders in the order database; claims of one owner are serialized.</summary>
internal sealed class UnpaidOrders(OrderDatabase database, GuestOrders guests, TimeProvider time) : IUnpaidOrders
{
    private const string OfMember =
        """
        SELECT (SELECT COUNT(*) FROM orders WHERE member_id = @owner AND order_id <> @orderId AND status IN (@first, @second, @third))
            + (SELECT COUNT(*) FROM unpaid_claims c WHERE c.owner = @key AND c.order_id <> @orderId AND c.claimed_at > @since
                AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = c.order_id))
        """;

    // A guest's order is registered with its phone shortly after it is in the store.
    private const string OfGuest =
        """
        SELECT (SELECT COUNT(*) FROM guest_orders g JOIN orders o ON o.order_id = g.order_id
                WHERE g.phone_hash = @owner AND g.order_id <> @orderId AND o.member_id IS NULL AND o.status IN (@first, @second, @third))
            + (SELECT COUNT(*) FROM unpaid_claims c WHERE c.owner = @key AND c.order_id <> @orderId AND c.claimed_at > @since
                AND NOT EXISTS (SELECT 1 FROM guest_orders g WHERE g.order_id = c.order_id))
        """;

    private static readonly string[] Unpaid = OrderQueries.Unpaid;

    /// <summary>How long a claim counts by itself: longer than a request runs (45 s) and its lease lasts (60 s).</summary>
    public static TimeSpan AreCounted { get; } = TimeSpan.FromMinutes(2);

    public Task<int> ClaimOfMemberAsync(string orderId, string memberId, int maximum, CancellationToken cancellationToken) =>
        ClaimAsync(OfMember, "member/" + memberId, memberId, orderId, maximum, cancellationToken);

    public async Task<int> ClaimOfGuestAsync(string orderId, string phone, int maximum, CancellationToken cancellationToken)
    {
        var hash = await guests.HashAsync(phone, cancellationToken);
        return await ClaimAsync(OfGuest, "guest/" + hash, hash, orderId, maximum, cancellationToken);
    }

    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync("DELETE FROM unpaid_claims WHERE order_id = @orderId", new { orderId }),
        cancellationToken);

    private Task<int> ClaimAsync(string count, string key, string owner, string orderId, int maximum, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = "unpaid/" + key });
            var now = time.GetUtcNow();
            var others = (int)await write.ScalarAsync<long>(
                count, new { key, owner, orderId, first = Unpaid[0], second = Unpaid[1], third = Unpaid[2], since = StoreTime.ToStore(now - AreCounted) });
            if (others < maximum)
            {
                await write.ExecuteAsync(
                    """
                    INSERT INTO unpaid_claims (order_id, owner, claimed_at) VALUES (@orderId, @key, @now)
                    ON CONFLICT (order_id) DO UPDATE SET claimed_at = excluded.claimed_at
                    """,
                    new { orderId, key, now = StoreTime.ToStore(now) });
            }

            return others;
        },
        cancellationToken);
}
