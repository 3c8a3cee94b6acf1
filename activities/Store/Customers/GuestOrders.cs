using System.Text;
using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>
/// Guests' orders in the order database, by a keyed hash of their phone. The key is configured (<c>Guests:PhoneKey</c>), or else taken from the key
/// store, so that phones cannot be guessed from the order database.
/// </summary>
internal sealed class GuestOrders : IGuestOrders
{
    public const string KeySetting = "Guests:PhoneKey";
    private const int ShortestKey = 16;

    private readonly OrderDatabase database;
    private readonly IKeyRing keys;
    private readonly TimeProvider time;
    private readonly DataKey? configured;

    public GuestOrders(OrderDatabase database, IKeyRing keys, TimeProvider time, string? configuredKey)
    {
        if (configuredKey is { Length: > 0 and < ShortestKey })
        {
            throw new InvalidOperationException($"{KeySetting}: at least {ShortestKey} random characters are needed.");
        }

        this.database = database;
        this.keys = keys;
        this.time = time;
        configured = string.IsNullOrEmpty(configuredKey) ? null : DataKey.Of(KeySetting, Encoding.UTF8.GetBytes(configuredKey));
    }

    public static TimeSpan AreClaimable { get; } = TimeSpan.FromDays(30);

    public async Task RegisterAsync(string orderId, string phone, OrderPolicies policies, CancellationToken cancellationToken)
    {
        var row = new
        {
            orderId,
            hash = await HashAsync(phone, cancellationToken),
            now = StoreTime.ToStore(time.GetUtcNow()),
            policies = JsonSerializer.Serialize(policies, OrderJson.Options),
        };
        await database.WriteAsync(
            (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
                """
                INSERT INTO guest_orders (order_id, phone_hash, placed_at, policies) VALUES (@orderId, @hash, @now, @policies)
                ON CONFLICT (order_id) DO NOTHING
                """,
                row),
            cancellationToken);
    }

    public async Task<IReadOnlyList<GuestOrder>> FindAsync(string phone, string memberId, CancellationToken cancellationToken)
    {
        // An order that was accepted while a team was unavailable has no row in orders yet.
        const string sql =
            """
            SELECT g.order_id AS OrderId, g.policies AS Policies, o.member_id AS MemberId
            FROM guest_orders g LEFT JOIN orders o ON o.order_id = g.order_id
            WHERE g.phone_hash = @hash AND g.placed_at > @since AND (o.member_id IS NULL OR o.member_id = @memberId)
            ORDER BY g.placed_at, g.order_id
            """;
        var hash = await HashAsync(phone, cancellationToken);
        var since = StoreTime.ToStore(time.GetUtcNow() - AreClaimable);
        return await database.ReadAsync<IReadOnlyList<GuestOrder>>(
            async (connection, token) =>
            {
                var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { hash, since, memberId }, cancellationToken: token));
                return [.. rows.Select(row => row.ToOrder())];
            },
            cancellationToken);
    }

    /// <summary>What identifies a guest with this phone.</summary>
    public async Task<string> HashAsync(string phone, CancellationToken cancellationToken) =>
        (configured ?? await keys.OfAsync(DataOwner.GuestPhones, cancellationToken)).Hash(PhoneNumber.Normalise(phone));

    private sealed record Row
    {
        public string OrderId { get; init; } = "";

        public string Policies { get; init; } = "";

        public string? MemberId { get; init; }

        public GuestOrder ToOrder() => new(OrderId, JsonSerializer.Deserialize<OrderPolicies>(Policies, OrderJson.Options)!, MemberId);
    }
}
