using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>The SQL of a filtered list: a condition for each filter that is set, and one row more than asked, to know whether a page follows.</summary>
internal static class OrderListQuery
{
    public static (string Sql, DynamicParameters Parameters) For(OrderFilter filter)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new DynamicParameters();
        Add(conditions, parameters, "member_id = @member", "member", filter.MemberId);
        Add(conditions, parameters, "status = @status", "status", filter.Status is { } status ? OrderWords.Name(status) : null);
        Add(conditions, parameters, "needs_attention = @attention", "attention", filter.NeedsAttention is { } stuck ? (stuck ? 1L : 0L) : null);
        Add(conditions, parameters, "created_at >= @from", "from", filter.From is { } from ? StoreTime.ToStore(from) : null);
        Add(conditions, parameters, "created_at < @to", "to", filter.To is { } to ? StoreTime.ToStore(to) : null);
        Add(
            conditions,
            parameters,
            "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = orders.order_id AND l.seller_id = @seller)",
            "seller",
            filter.SellerId);
        if (filter.Cursor is { } cursor)
        {
            var (createdAt, orderId) = OrderCursor.Parse(cursor);
            conditions.Add("(created_at, order_id) < (@cursorTime, @cursorId)");
            parameters.Add("cursorTime", createdAt);
            parameters.Add("cursorId", orderId);
        }

        parameters.Add("limit", filter.Limit + 1L);
        var sql =
            $"""
            SELECT order_id AS OrderId, created_at AS CreatedAt, snapshot AS Snapshot FROM orders
            WHERE {string.Join(" AND ", conditions)} ORDER BY created_at DESC, order_id DESC LIMIT @limit
            """;
        return (sql, parameters);
    }

    private static void Add(List<string> conditions, DynamicParameters parameters, string condition, string name, object? value)
    {
        if (value is not null)
        {
            conditions.Add(condition);
            parameters.Add(name, value);
        }
    }
}
