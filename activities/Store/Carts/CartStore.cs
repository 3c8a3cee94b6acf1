using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Carts;

/// <summary>Carts in the order database. An empty cart has no row.</summary>
internal sealed class CartStore(OrderDatabase database, TimeProvider time) : ICartStore
{
    private const string SelectCart = "SELECT document FROM carts WHERE cart_id = @cartId";
    private const string SelectTaken = "SELECT cart_id AS CartId, document AS Document FROM taken_carts WHERE order_id = @orderId";

    public Task<Cart> FindAsync(string cartId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
            Parse(cartId, await connection.ExecuteScalarAsync<string?>(new CommandDefinition(SelectCart, new { cartId }, cancellationToken: token))),
        cancellationToken);

    public Task<Cart> ChangeAsync(string cartId, Func<Cart, Cart> change, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var cart = await LockAsync(write, cartId);
            return await SaveAsync(write, cart, change(cart));
        },
        cancellationToken);

    public Task<Cart> MergeAsync(string cartId, string guestCartId, Func<Cart, Cart, Cart> merge, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            // Locked in a fixed order, so that two merges never deadlock.
            var ids = new[] { cartId, guestCartId }.Order(StringComparer.Ordinal).ToArray();
            var carts = new Dictionary<string, Cart>(StringComparer.Ordinal);
            foreach (var id in ids)
            {
                carts[id] = await LockAsync(write, id);
            }

            var merged = await SaveAsync(write, carts[cartId], merge(carts[cartId], carts[guestCartId]));
            await SaveAsync(write, carts[guestCartId], Cart.Empty(guestCartId));
            return merged;
        },
        cancellationToken);

    public Task<Cart?> TakeAsync(string cartId, string orderId, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var cart = await LockAsync(write, cartId);
            if (await TakenByAsync(write, orderId) is { } taken)
            {
                return taken;
            }

            if (cart.Items.Count == 0)
            {
                return null;
            }

            await write.ExecuteAsync(
                "INSERT INTO taken_carts (order_id, cart_id, document, taken_at) VALUES (@orderId, @cartId, @document, @now)",
                new { orderId, cartId, document = Text(cart), now = Now });
            await PutAsync(write, Cart.Empty(cartId));
            return cart;
        },
        cancellationToken);

    public Task SettleAsync(string orderId, CancellationToken cancellationToken) => ReleaseAsync(
        orderId,
        (write, cart, taken) => EventRows.WriteAsync(write, database.Dialect, CartEvents.Of(cart.TakeBack(taken), cart, time.GetUtcNow())),
        cancellationToken);

    public Task ReturnAsync(string orderId, CancellationToken cancellationToken) =>
        ReleaseAsync(orderId, (write, cart, taken) => PutAsync(write, cart.TakeBack(taken)), cancellationToken);

    public Task<IReadOnlyList<string>> UnsettledAsync(DateTimeOffset takenBefore, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async (connection, token) =>
            {
                const string sql = "SELECT order_id FROM taken_carts WHERE taken_at < @before ORDER BY taken_at LIMIT @limit";
                var command = new CommandDefinition(sql, new { before = StoreTime.ToStore(takenBefore), limit }, cancellationToken: token);
                return (await connection.QueryAsync<string>(command)).AsList();
            },
            cancellationToken);

    public Task<int> PurgeAsync(DateTimeOffset untouchedSince, int mostGuestCarts, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var old = new { since = StoreTime.ToStore(untouchedSince), oldestKept = mostGuestCarts - 1L };
            const string guests =
                """
                guest = 1 AND (updated_at < @since OR updated_at < COALESCE(
                    (SELECT updated_at FROM carts WHERE guest = 1 ORDER BY updated_at DESC LIMIT 1 OFFSET @oldestKept), 0))
                """;
            await write.ExecuteAsync($"DELETE FROM events WHERE order_id IN (SELECT cart_id FROM carts WHERE {guests})", old);
            return await write.ExecuteAsync($"DELETE FROM carts WHERE {guests}", old)
                + await write.ExecuteAsync("DELETE FROM carts WHERE updated_at < @since", old);
        },
        cancellationToken);

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    private Task<int> ReleaseAsync(string orderId, Func<StoreWrite, Cart, Cart, Task> release, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            if (await TakenByAsync(write, orderId) is not { } known)
            {
                return 0;
            }

            // Checked again under the cart's lock: of two concurrent releases the second finds no row.
            var cart = await LockAsync(write, known.CartId);
            if (await TakenByAsync(write, orderId) is not { } taken)
            {
                return 0;
            }

            await release(write, cart, taken);
            return await write.ExecuteAsync("DELETE FROM taken_carts WHERE order_id = @orderId", new { orderId });
        },
        cancellationToken);

    private Task<T> WriteAsync<T>(Func<StoreWrite, Task<T>> write, CancellationToken cancellationToken) =>
        database.WriteAsync((transaction, token) => write(new StoreWrite(transaction, token)), cancellationToken);

    private async Task<Cart> LockAsync(StoreWrite write, string cartId)
    {
        await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = cartId });
        return Parse(cartId, await write.ScalarAsync<string>(SelectCart, new { cartId }));
    }

    private async Task<Cart> SaveAsync(StoreWrite write, Cart before, Cart after)
    {
        if (after != before)
        {
            await PutAsync(write, after);
            await EventRows.WriteAsync(write, database.Dialect, CartEvents.Of(before, after, time.GetUtcNow()));
        }

        return after;
    }

    private Task<int> PutAsync(StoreWrite write, Cart cart) => cart.IsEmpty
        ? write.ExecuteAsync("DELETE FROM carts WHERE cart_id = @CartId", new { cart.CartId })
        : write.ExecuteAsync(
            """
            INSERT INTO carts (cart_id, document, guest, updated_at) VALUES (@CartId, @document, @guest, @now)
            ON CONFLICT (cart_id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at
            """,
            new
            {
                cart.CartId,
                document = Text(cart),
                guest = CartNames.IsGuest(cart.CartId) ? 1L : 0L,
                now = Now,
            });

    private static async Task<Cart?> TakenByAsync(StoreWrite write, string orderId)
    {
        var rows = await write.QueryAsync<TakenRow>(SelectTaken, new { orderId });
        return rows.Count == 0 ? null : Parse(rows[0].CartId, rows[0].Document);
    }

    private static string Text(Cart cart) => JsonSerializer.Serialize(cart, OrderJson.Options);

    private static Cart Parse(string cartId, string? document) =>
        document is null ? Cart.Empty(cartId) : JsonSerializer.Deserialize<Cart>(document, OrderJson.Options)!;

    private sealed record TakenRow(string CartId, string Document);
}
