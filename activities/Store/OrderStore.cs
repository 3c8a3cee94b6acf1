using System.Text.Json;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Writes orders: view, events, notifications and settlement entries of one change together or not at all.</summary>
internal sealed class OrderStore(OrderDatabase database, TimeProvider time) : IOrderStore, IOrderTimeline
{
    public Task WriteAsync(OrderRecord record, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { record.View.OrderId });
            await WriteViewAsync(write, record);
            await EventRows.WriteAsync(write, database.Dialect, record.Events);
            await NotificationRows.WriteAsync(write, record.View.OrderId, record.Notifications, time.GetUtcNow());
            await SettlementRows.WriteAsync(write, record.Settlement ?? []);
            return 0;
        },
        cancellationToken);

    public Task AppendAsync(OrderEvent orderEvent, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { orderEvent.OrderId });
            await EventRows.WriteAsync(write, database.Dialect, [orderEvent]);
            return 0;
        },
        cancellationToken);

    private static async Task WriteViewAsync(StoreWrite write, OrderRecord record)
    {
        var view = record.View;
        var current = await write.ScalarAsync<long?>("SELECT version FROM orders WHERE order_id = @OrderId", new { view.OrderId });
        var row = new
        {
            view.OrderId,
            view.MemberId,
            Status = OrderSearchAttributes.Name(view.Status),
            NeedsAttention = view.Attention is null ? 0L : 1L,
            CreatedAt = StoreTime.ToStore(view.CreatedAt),
            record.Version,
            Document = JsonSerializer.Serialize(view, OrderJson.Options),
        };
        if (current is null)
        {
            await write.ExecuteAsync(
                """
                INSERT INTO orders (order_id, member_id, status, needs_attention, created_at, version, document)
                VALUES (@OrderId, @MemberId, @Status, @NeedsAttention, @CreatedAt, @Version, @Document)
                """,
                row);
            await write.ExecuteAsync(
                "INSERT INTO order_lines (order_id, product_id, seller_id) VALUES (@OrderId, @ProductId, @SellerId) ON CONFLICT DO NOTHING",
                view.Lines.Select(line => new { view.OrderId, line.ProductId, line.SellerId }));
        }
        else if (current <= record.Version)
        {
            // A guest's order may be claimed by a member later: the owner is written again, the time of creation is not.
            await write.ExecuteAsync(
                """
                UPDATE orders
                SET member_id = @MemberId, status = @Status, needs_attention = @NeedsAttention, version = @Version, document = @Document
                WHERE order_id = @OrderId
                """,
                row);
        }
        else
        {
            return;
        }

        await RefundRows.WriteAsync(write, view);
    }
}
