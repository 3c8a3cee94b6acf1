using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>Guest tokens in the order database: 256 random bits each, so it is enough to store a plain hash.</summary>
internal sealed class GuestTokens(OrderDatabase database, TimeProvider time) : IGuestTokens
{
    public async Task<string> IssueAsync(string orderId, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await database.WriteAsync(
            (transaction, cancel) => new StoreWrite(transaction, cancel).ExecuteAsync(
                "INSERT INTO guest_tokens (token_hash, order_id, created_at) VALUES (@hash, @orderId, @now)",
                new { hash = Hash(token), orderId, now = StoreTime.ToStore(time.GetUtcNow()) }),
            cancellationToken);
        return token;
    }

    public Task<string?> OrderOfAsync(string token, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, cancel) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            """
            SELECT t.order_id FROM guest_tokens t LEFT JOIN orders o ON o.order_id = t.order_id
            WHERE t.token_hash = @hash AND o.member_id IS NULL
            """,
            new { hash = Hash(token) },
            cancellationToken: cancel)),
        cancellationToken);

    public Task RevokeAsync(string orderId, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, cancel) => new StoreWrite(transaction, cancel).ExecuteAsync("DELETE FROM guest_tokens WHERE order_id = @orderId", new { orderId }),
        cancellationToken);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
