using System.Text.Json;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Writes the refunds of an order as rows; the time changes only with the status.</summary>
internal static class RefundRows
{
    public static void Add(StoreBatch batch, StoreDialect dialect, Order order)
    {
        // A partial cancellation that was refused is no longer a refund.
        if (order.Refunds.IsEmpty)
        {
            batch.Add("DELETE FROM refunds WHERE order_id = @OrderId", new { order.OrderId });
            return;
        }

        batch.Add(
            $"DELETE FROM refunds WHERE order_id = @OrderId AND NOT ({dialect.OneOf("refund_id", "@standing")})",
            new { order.OrderId, standing = order.Refunds.Select(refund => refund.RefundId).ToArray() });
        AddUpserts(batch, order);
    }

    private static void AddUpserts(StoreBatch batch, Order order) => batch.AddEach(
        """
        INSERT INTO refunds (refund_id, order_id, status, amount, points, reason, lines, requested_at, updated_at, due_at, overdue)
        VALUES (@RefundId, @OrderId, @Status, @Amount, @Points, @Reason, @Lines, @RequestedAt, @Now, @DueAt, @Overdue)
        ON CONFLICT (order_id, refund_id) DO UPDATE SET
            status = excluded.status, amount = excluded.amount, points = excluded.points, lines = excluded.lines,
            due_at = excluded.due_at, overdue = excluded.overdue,
            updated_at = CASE WHEN refunds.status = excluded.status THEN refunds.updated_at ELSE excluded.updated_at END
        """,
        order.View().Refunds.Select(refund => new
        {
            refund.RefundId,
            order.OrderId,
            Status = KebabCase.Name(refund.Status),
            Amount = refund.Amount.Amount,
            Points = refund.Points.Amount,
            refund.Reason,
            Lines = JsonSerializer.Serialize(refund.Lines, OrderJson.Options),
            RequestedAt = StoreTime.ToStore(refund.RequestedAt),
            Now = StoreTime.ToStore(order.UpdatedAt),
            DueAt = refund.DueAt is { } due ? StoreTime.ToStore(due) : (long?)null,
            Overdue = refund is { Overdue: true, Status: not (RefundStatus.Completed or RefundStatus.Rejected) } ? 1L : 0L,
        }));
}
