using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Writes the refunds of a view beside it; a status that stays keeps its time.</summary>
internal static class RefundRows
{
    public static Task WriteAsync(StoreWrite write, OrderView view) => write.ExecuteAsync(
        """
        INSERT INTO refunds (refund_id, order_id, status, amount, points, reason, lines, requested_at, updated_at)
        VALUES (@RefundId, @OrderId, @Status, @Amount, @Points, @Reason, @Lines, @RequestedAt, @Now)
        ON CONFLICT (refund_id) DO UPDATE SET
            status = excluded.status, amount = excluded.amount, points = excluded.points, lines = excluded.lines,
            updated_at = CASE WHEN refunds.status = excluded.status THEN refunds.updated_at ELSE excluded.updated_at END
        """,
        view.Refunds.Select(refund => new
        {
            refund.RefundId,
            view.OrderId,
            Status = OrderSearchAttributes.Name(refund.Status),
            Amount = refund.Amount.Amount,
            Points = refund.Points.Amount,
            refund.Reason,
            Lines = JsonSerializer.Serialize(refund.Lines, OrderJson.Options),
            RequestedAt = StoreTime.ToStore(refund.RequestedAt),
            Now = StoreTime.ToStore(view.UpdatedAt),
        }));
}
