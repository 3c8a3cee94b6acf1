using System.Text.Json;
using Dapper;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Carts and addresses in the order database.</summary>
internal sealed class CartStore(OrderDatabase database, TimeProvider time) : ICartStore
{
    private const string SelectCart = "SELECT document FROM carts WHERE cart_id = @cartId";
    private const string Source = "/teams/order";

    public Task<Cart> FindAsync(string cartId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
            Parse(cartId, await connection.ExecuteScalarAsync<string?>(new CommandDefinition(SelectCart, new { cartId }, cancellationToken: token))),
        cancellationToken);

    public Task<Cart> ChangeAsync(string cartId, Func<Cart, Cart> change, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            var cart = await LockAsync(write, cartId);
            return await SaveAsync(write, cart, change(cart));
        },
        cancellationToken);

    public Task<Cart> MergeAsync(string cartId, string guestCartId, Func<Cart, Cart, Cart> merge, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                // Always in the same order, so that two merges never wait for one another.
                var write = new StoreWrite(transaction, token);
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

    public Task AddAddressAsync(string memberId, string addressId, ShippingAddress address, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = memberId });
                var added = await write.ExecuteAsync(
                    """
                    INSERT INTO addresses (address_id, member_id, document) VALUES (@addressId, @memberId, @document)
                    ON CONFLICT (member_id, address_id) DO NOTHING
                    """,
                    new { addressId, memberId, document = JsonSerializer.Serialize(address, OrderJson.Options) });
                if (added > 0)
                {
                    const string type = "order.shipping-address-added";
                    var happened = Event(memberId, $"{memberId}/{type}/{addressId}", type, new { memberId, addressId });
                    await EventRows.WriteAsync(write, database.Dialect, [happened]);
                }

                return added;
            },
            cancellationToken);

    public Task<IReadOnlyList<MemberAddress>> AddressesAsync(string memberId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MemberAddress>>(
            async (connection, token) =>
            {
                const string sql = "SELECT address_id AS AddressId, document AS Document FROM addresses WHERE member_id = @memberId ORDER BY sequence";
                var command = new CommandDefinition(sql, new { memberId }, cancellationToken: token);
                var rows = await connection.QueryAsync<(string AddressId, string Document)>(command);
                return [.. rows.Select(row => Address(row.AddressId, row.Document))];
            },
            cancellationToken);

    private async Task<Cart> LockAsync(StoreWrite write, string cartId)
    {
        await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = cartId });
        return Parse(cartId, await write.ScalarAsync<string>(SelectCart, new { cartId }));
    }

    private async Task<Cart> SaveAsync(StoreWrite write, Cart before, Cart after)
    {
        if (after == before)
        {
            return after;
        }

        await write.ExecuteAsync(
            """
            INSERT INTO carts (cart_id, document, updated_at) VALUES (@CartId, @document, @now)
            ON CONFLICT (cart_id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at
            """,
            new { after.CartId, document = JsonSerializer.Serialize(after, OrderJson.Options), now = StoreTime.ToStore(time.GetUtcNow()) });
        await EventRows.WriteAsync(write, database.Dialect, Changes(before, after));
        return after;
    }

    private IEnumerable<OrderEvent> Changes(Cart before, Cart after)
    {
        foreach (var productId in before.Items.Concat(after.Items).Select(item => item.ProductId).Distinct(StringComparer.Ordinal))
        {
            var (was, quantity) = (before.QuantityOf(productId), after.QuantityOf(productId));
            var type = (was, quantity) switch
            {
                (0, _) => "cart.item-added",
                (_, 0) => "cart.item-removed",
                _ => "cart.item-quantity-changed",
            };
            if (was != quantity)
            {
                object data = quantity == 0 ? new { after.CartId, productId } : new { after.CartId, productId, quantity };
                yield return Event(after.CartId, $"{after.CartId}/{type}/{Guid.CreateVersion7():N}", type, data);
            }
        }
    }

    private OrderEvent Event(string subject, string id, string type, object data) =>
        new(id, Source, type, subject, time.GetUtcNow(), JsonSerializer.SerializeToElement(data, OrderJson.Options));

    private static Cart Parse(string cartId, string? document) =>
        document is null ? Cart.Empty(cartId) : JsonSerializer.Deserialize<Cart>(document, OrderJson.Options)!;

    private static MemberAddress Address(string addressId, string document)
    {
        var address = JsonSerializer.Deserialize<ShippingAddress>(document, OrderJson.Options)!;
        return new MemberAddress(addressId, address.Recipient, address.Phone, address.PostalCode, address.Address1, address.Address2);
    }
}
