using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>Members' addresses in the order database.</summary>
internal sealed class AddressStore(OrderDatabase database, IPersonalData personal, TimeProvider time) : IAddressStore
{
    private const int MostOfAMember = 100;

    public async Task<bool> AddAsync(string memberId, string addressId, ShippingAddress address, CancellationToken cancellationToken)
    {
        var document = await personal.ProtectAsync(
            JsonSerializer.Serialize(address, OrderJson.Options), DataOwner.Member(memberId), cancellationToken);
        return await database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = memberId });
                var known = await write.ScalarAsync<long>(
                    "SELECT COUNT(*) FROM addresses WHERE member_id = @memberId AND address_id <> @addressId", new { memberId, addressId });
                if (known >= MostOfAMember)
                {
                    return false;
                }

                var added = await write.ExecuteAsync(
                    """
                    INSERT INTO addresses (address_id, member_id, document) VALUES (@addressId, @memberId, @document)
                    ON CONFLICT (member_id, address_id) DO NOTHING
                    """,
                    new { addressId, memberId, document });
                if (added > 0)
                {
                    await EventRows.WriteAsync(write, database.Dialect, [Added(memberId, addressId)]);
                }

                return true;
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<MemberAddress>> ListAsync(string memberId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<IReadOnlyList<(string AddressId, string Document)>>(
            async (connection, token) =>
            {
                const string sql = "SELECT address_id AS AddressId, document AS Document FROM addresses WHERE member_id = @memberId ORDER BY sequence";
                var command = new CommandDefinition(sql, new { memberId }, cancellationToken: token);
                return (await connection.QueryAsync<(string AddressId, string Document)>(command)).AsList();
            },
            cancellationToken);
        var documents = await personal.UnprotectAsync([.. rows.Select(row => row.Document)], cancellationToken);
        return [.. rows.Zip(documents, (row, document) => Address(row.AddressId, document))];
    }

    private OrderEvent Added(string memberId, string addressId)
    {
        const string type = "order.shipping-address-added";
        return new OrderEvent(
            $"{memberId}/{type}/{addressId}",
            CartEvents.Source,
            type,
            memberId,
            time.GetUtcNow(),
            JsonSerializer.SerializeToElement(new { memberId, addressId }, OrderJson.Options));
    }

    private static MemberAddress Address(string addressId, string document)
    {
        var address = JsonSerializer.Deserialize<ShippingAddress>(document, OrderJson.Options)!;
        return new MemberAddress(addressId, address.Recipient, address.Phone, address.PostalCode, address.Address1, address.Address2);
    }
}
