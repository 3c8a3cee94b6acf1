using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Subscribers;
using OrderOrchestration.Activities.Telemetry;

namespace OrderOrchestration.Activities.Figures;

/// <summary>Reads <see cref="OperationFigures"/> by indexes: of orders only those with open interventions, a page at a time.</summary>
internal sealed class FigureQueries(OrderDatabase database, IReadOnlyList<Subscriber> subscribers, TimeProvider time)
{
    private const int PageSize = 500;

    public Task<OperationFigures> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            var stuck = new StuckOrders();
            await CountAsync(connection, stuck, token);
            return new OperationFigures(
                stuck.Kinds,
                stuck.Oldest,
                await SettlementAsync(connection, token),
                await NotificationsAsync(connection, token),
                await SubscribersAsync(connection, token),
                await ScalarAsync(
                    connection,
                    "SELECT COUNT(*) FROM refunds WHERE due_at < @now AND status NOT IN ('completed', 'rejected')",
                    new { now = StoreTime.ToStore(time.GetUtcNow()) },
                    token) ?? 0,
                await SettledDayAsync(connection, token),
                await ScalarAsync(connection, "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM unpaid_statements", new { }, token) ?? 0);
        },
        cancellationToken);

    private async Task CountAsync(DbConnection connection, StuckOrders stuck, CancellationToken token)
    {
        var sql =
            $"""
            SELECT created_at AS CreatedAt, order_id AS OrderId, {database.Dialect.JsonMember("snapshot", "attentions")} AS Attentions
            FROM orders WHERE needs_attention = 1 AND (created_at, order_id) > (@createdAt, @orderId) ORDER BY created_at, order_id LIMIT @limit
            """;
        var after = new StuckRow { CreatedAt = long.MinValue };
        IReadOnlyList<StuckRow> page;
        do
        {
            var parameters = new { createdAt = after.CreatedAt, orderId = after.OrderId, limit = PageSize };
            page = (await connection.QueryAsync<StuckRow>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList();
            foreach (var row in page)
            {
                stuck.Add(row);
            }

            after = page.Count > 0 ? page[^1] : after;
        }
        while (page.Count == PageSize);
    }

    private static async Task<Dictionary<string, long>> SettlementAsync(DbConnection connection, CancellationToken token)
    {
        const string sql = "SELECT step AS Step, COUNT(*) AS Count FROM settlement_attention GROUP BY step";
        var rows = await connection.QueryAsync<(string Step, long Count)>(new CommandDefinition(sql, cancellationToken: token));
        return rows.GroupBy(row => OrderMetrics.Label(row.Step)).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.Count));
    }

    private static Task<SettledWon> SettledDayAsync(DbConnection connection, CancellationToken token)
    {
        const string sql =
            """
            SELECT CAST(COALESCE(SUM(sales), 0) AS BIGINT) AS Sales, CAST(COALESCE(SUM(refunds), 0) AS BIGINT) AS Refunds,
                CAST(COALESCE(SUM(commission), 0) AS BIGINT) AS Commission, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS Payable
            FROM statements WHERE day = (SELECT MAX(day) FROM settled_days)
            """;
        return connection.QuerySingleAsync<SettledWon>(new CommandDefinition(sql, cancellationToken: token));
    }

    private static async Task<OutboxFigures> NotificationsAsync(DbConnection connection, CancellationToken token) => new(
        Time(await ScalarAsync(connection, "SELECT MIN(created_at) FROM notifications WHERE state = 'pending'", new { }, token)),
        await ScalarAsync(connection, "SELECT COUNT(*) FROM notifications WHERE state = 'dead'", new { }, token) ?? 0);

    // Positions grow with time, so the queue with the lowest delivered position has the oldest queued event; events that are not queued yet are
    // younger. A subscriber that was removed from the configuration retains its rows, and nothing is delivered to it.
    private async Task<OutboxFigures> SubscribersAsync(DbConnection connection, CancellationToken token)
    {
        var queued =
            $"""
            SELECT e.time FROM events e JOIN (
                SELECT order_id, delivered FROM event_lanes WHERE state = 'open' AND {database.Dialect.OneOf("subscriber", "@names")} ORDER BY delivered LIMIT 1) AS queue
                ON e.order_id = queue.order_id AND e.position > queue.delivered
            ORDER BY e.position LIMIT 1
            """;
        var unread =
            $"""
            SELECT e.time FROM events e JOIN (
                SELECT commit_group, position FROM event_subscribers WHERE {database.Dialect.OneOf("name", "@names")} ORDER BY commit_group, position LIMIT 1) AS place
                ON (e.commit_group, e.position) > (place.commit_group, place.position)
            WHERE {database.Dialect.CommitGroupIsSettled.Replace("commit_group", "e.commit_group", StringComparison.Ordinal)}
            ORDER BY e.commit_group, e.position LIMIT 1
            """;
        var parameters = new { names = subscribers.Select(subscriber => subscriber.Name).ToArray() };
        var oldest = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(queued, parameters, cancellationToken: token))
            ?? await connection.ExecuteScalarAsync<string?>(new CommandDefinition(unread, parameters, cancellationToken: token));
        return new OutboxFigures(
            oldest is null ? null : DateTimeOffset.Parse(oldest, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            await ScalarAsync(connection, "SELECT COUNT(*) FROM event_lanes WHERE state = 'dead'", new { }, token) ?? 0);
    }

    private static Task<long?> ScalarAsync(DbConnection connection, string sql, object parameters, CancellationToken token) =>
        connection.ExecuteScalarAsync<long?>(new CommandDefinition(sql, parameters, cancellationToken: token));

    private static DateTimeOffset? Time(long? stored) => stored is { } since ? StoreTime.FromStore(since) : null;

    // Not positional: a NULL expression has no type, so no constructor would match.
    private sealed class StuckRow
    {
        public long CreatedAt { get; init; }

        public string OrderId { get; init; } = "";

        public string? Attentions { get; init; }
    }

    private sealed class StuckOrders
    {
        private const string None = "none";

        public Dictionary<AttentionKind, long> Kinds { get; } = [];

        public DateTimeOffset? Oldest { get; private set; }

        public void Add(StuckRow row)
        {
            using var document = JsonDocument.Parse(row.Attentions ?? "[]");
            foreach (var attention in document.RootElement.EnumerateArray().Where(IsOpen))
            {
                var kind = new AttentionKind(Text(attention, "process"), Text(attention, "step"));
                Kinds[kind] = Kinds.GetValueOrDefault(kind) + 1;
                if (attention.TryGetProperty("since", out var since) && since.TryGetDateTimeOffset(out var at) && !(Oldest <= at))
                {
                    Oldest = at;
                }
            }
        }

        // An intervention with a resolution waits for its process, not for an operator.
        private static bool IsOpen(JsonElement attention) =>
            attention.ValueKind == JsonValueKind.Object
            && (!attention.TryGetProperty("resolution", out var resolution) || resolution.ValueKind == JsonValueKind.Null);

        private static string Text(JsonElement attention, string name) =>
            attention.TryGetProperty(name, out var value) && value.GetString() is { } text ? OrderMetrics.Label(text) : None;
    }
}
