using System.Data.Common;
using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Writes orders: snapshot, events, notifications and settlement entries of one change atomically.</summary>
internal sealed class OrderStore(OrderDatabase database, IPersonalData personal, TimeProvider time) : IOrderStore, IOrderTimeline
{
    private const string Insert =
        """
        INSERT INTO orders (order_id, member_id, status, needs_attention, created_at, version, snapshot, run_id, closed)
        VALUES (@OrderId, @MemberId, @Status, @NeedsAttention, @CreatedAt, @Version, @Snapshot, @RunId, @Closed) ON CONFLICT (order_id) DO NOTHING
        """;

    private const string Update =
        """
        UPDATE orders
        SET member_id = @MemberId, status = @Status, needs_attention = @NeedsAttention, version = @Version, snapshot = @Snapshot, run_id = @RunId,
            closed = @Closed
        WHERE order_id = @OrderId
        """;

    private const string InsertLine =
        """
        INSERT INTO order_lines (order_id, product_id, seller_id, created_at, unpaid) VALUES (@OrderId, @ProductId, @SellerId, @CreatedAt, @Unpaid)
        ON CONFLICT (order_id, product_id) DO UPDATE SET seller_id = excluded.seller_id, created_at = excluded.created_at, unpaid = excluded.unpaid
        """;

    private string UpdatedAt => database.Dialect.JsonMember("snapshot", "updatedAt");

    private string SelectUpdatedAt => $"SELECT {UpdatedAt} FROM orders WHERE order_id = @OrderId";

    public async Task<RecordOutcome> WriteAsync(OrderRecord record, string runId, CancellationToken cancellationToken)
    {
        var order = record.Snapshot;
        var owner = DataOwner.CustomerOf(order.OrderId);
        var row = Row(order, await ProtectAsync(order, cancellationToken), runId);
        var events = await personal.ProtectAsync(record.Events, owner, cancellationToken);
        var notifications = await personal.ProtectAsync(record.Notifications, owner, cancellationToken);
        var hasEnded = false;
        IReadOnlyList<PaymentRows.MovedWon> moved = [];
        var outcome = await database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                var known = await write.LockAndFindAsync(
                    database.Dialect.LockOrder, "SELECT version, run_id, status FROM orders WHERE order_id = @orderId", new { orderId = order.OrderId }, Known.Of);
                if (known is { RunId: { } writer } && known.Version >= order.Version && writer != runId)
                {
                    return RecordOutcome.Superseded;
                }

                var batch = new StoreBatch(write);
                var entries = known is null || known.Version < order.Version || await IsRepeatedAsync(write, order) ? AddSnapshot(batch, order, row, known) : [];
                EventRows.Add(batch, database.Dialect, events);
                NotificationRows.Add(batch, order.OrderId, notifications, time.GetUtcNow());
                SettlementRows.Add(batch, record.Settlement ?? []);
                var changed = await batch.ExecuteAsync();
                moved = [.. entries.Where(entry => changed[entry.Statement] > 0).Select(entry => entry.Moved)];
                hasEnded = order.IsClosed && known is not { IsClosed: true };
                return RecordOutcome.Written;
            },
            cancellationToken);
        if (hasEnded)
        {
            OrderMetrics.Ended(order.Status, order.EndReason!);
        }

        PaymentRows.Count(moved);
        return outcome;
    }

    public async Task AddAsync(Order order, CancellationToken cancellationToken)
    {
        var row = Row(order, await ProtectAsync(order, cancellationToken), runId: null);
        await database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = order.OrderId });
                await AddAsync(write, order, row);
                return 0;
            },
            cancellationToken);
    }

    public Task RemoveUnrecordedAsync(string orderId, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId });
            return await write.ExecuteAsync("DELETE FROM orders WHERE order_id = @orderId AND version = 0", new { orderId }) == 0
                ? 0
                : await write.ExecuteAsync("DELETE FROM order_lines WHERE order_id = @orderId", new { orderId });
        },
        cancellationToken);

    public async Task<Order?> FindSnapshotAsync(string orderId, CancellationToken cancellationToken)
    {
        var snapshot = await database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<string?>(
                new CommandDefinition("SELECT snapshot FROM orders WHERE order_id = @orderId", new { orderId }, cancellationToken: token)),
            cancellationToken);
        return snapshot is null ? null : Parse((await personal.UnprotectAsync([snapshot], cancellationToken))[0]);
    }

    public Task<StoredState?> FindStateAsync(string orderId, CancellationToken cancellationToken)
    {
        var sql = $"SELECT version AS Version, {UpdatedAt} AS UpdatedAt FROM orders WHERE order_id = @orderId";
        return database.ReadAsync(
            async (connection, token) => await connection.QuerySingleOrDefaultAsync<StateRow>(new CommandDefinition(sql, new { orderId }, cancellationToken: token)) is { } row
                ? new StoredState(row.Version, JsonSerializer.Deserialize<DateTimeOffset>(row.UpdatedAt))
                : null,
            cancellationToken);
    }

    public Task<IReadOnlyList<string>> OpenOrdersAsync(string? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async (connection, token) =>
            {
                const string sql = "SELECT order_id FROM orders WHERE closed = 0 AND order_id > @after ORDER BY order_id LIMIT @limit";
                var command = new CommandDefinition(sql, new { after = after ?? string.Empty, limit }, cancellationToken: token);
                return (await connection.QueryAsync<string>(command)).AsList();
            },
            cancellationToken);

    public async Task AppendAsync(OrderEvent orderEvent, CancellationToken cancellationToken)
    {
        var written = await personal.ProtectAsync([orderEvent], DataOwner.CustomerOf(orderEvent.OrderId), cancellationToken);
        await database.WriteAsync(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                await write.ExecuteAsync(database.Dialect.LockOrder, new { orderEvent.OrderId });
                await EventRows.WriteAsync(write, database.Dialect, written);
                return 0;
            },
            cancellationToken);
    }

    internal static Order Parse(string snapshot) => JsonSerializer.Deserialize<Order>(snapshot, OrderJson.Options)!;

    private ValueTask<string> ProtectAsync(Order order, CancellationToken cancellationToken) => personal.ProtectAsync(
        JsonSerializer.Serialize(order, OrderJson.Options), DataOwner.CustomerOf(order.OrderId), cancellationToken);

    /// <summary>The owner is updated, because a guest's order may be claimed by a member later; the time of creation is not.</summary>
    private IReadOnlyList<(int Statement, PaymentRows.MovedWon Moved)> AddSnapshot(StoreBatch batch, Order order, object row, Known? known)
    {
        batch.Add(known is null ? Insert : Update, row);

        // Lines are written until the order is paid, because pricing adds their sellers; afterwards they do not change.
        if (known is null || IsUnpaid(known.Status) || IsUnpaid(KebabCase.Name(order.Status)))
        {
            batch.AddEach(InsertLine, LinesOf(order));
        }

        RefundRows.Add(batch, database.Dialect, order);
        return PaymentRows.Add(batch, order);
    }

    /// <summary>
    /// Whether the run has repeated a lost workflow task: the first attempt may have stored its record under the same version, or a later one, before events
    /// arrived that the second attempt has handled too. A record that is only written late has the time of the change it was made for.
    /// </summary>
    private async Task<bool> IsRepeatedAsync(StoreWrite write, Order order) =>
        order.UpdatedAt > JsonSerializer.Deserialize<DateTimeOffset>((await write.ScalarAsync<string>(SelectUpdatedAt, new { order.OrderId }))!);

    private static async Task AddAsync(StoreWrite write, Order order, object row)
    {
        if (await write.ExecuteAsync(Insert, row) > 0)
        {
            var lines = new StoreBatch(write);
            lines.AddEach(InsertLine, LinesOf(order));
            await lines.ExecuteAsync();
        }
    }

    private static bool IsUnpaid(string status) => OrderQueries.Unpaid.Contains(status, StringComparer.Ordinal);

    private static IEnumerable<object> LinesOf(Order order) => order.View().Lines.Select(line => new
    {
        order.OrderId,
        line.ProductId,
        line.SellerId,
        CreatedAt = StoreTime.ToStore(order.CreatedAt),
        Unpaid = IsUnpaid(KebabCase.Name(order.Status)) ? 1L : 0L,
    });

    private static object Row(Order order, string snapshot, string? runId) => new
    {
        order.OrderId,
        order.Request.MemberId,
        Status = KebabCase.Name(order.Status),
        NeedsAttention = order.Attentions.Exists(attention => attention.IsOpen()) ? 1L : 0L,
        CreatedAt = StoreTime.ToStore(order.CreatedAt),
        order.Version,
        Snapshot = snapshot,
        RunId = runId,
        Closed = order.IsAtRest ? 1L : 0L,
    };

    private static readonly string[] Ended =
        [KebabCase.Name(OrderStatus.Completed), KebabCase.Name(OrderStatus.Cancelled), KebabCase.Name(OrderStatus.Refunded)];

    private sealed record StateRow
    {
        public long Version { get; init; }

        public required string UpdatedAt { get; init; }
    }

    private sealed record Known(long Version, string? RunId, string Status)
    {
        public static Known Of(DbDataReader row) => new(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2));

        public bool IsClosed => Ended.Contains(Status, StringComparer.Ordinal);
    }
}
