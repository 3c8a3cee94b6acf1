using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>The SQL of a filtered list: a condition for each filter that is set, and one row more than requested, to know whether a page follows.</summary>
internal static class OrderListQuery
{
    // CROSS JOIN makes SQLite read the seller's lines first, newest first.
    private const string LinesAndOrders = "order_lines l CROSS JOIN orders o";

    // A seller's orders, each once even if several of its lines are the seller's.
    private const string FirstLineOfSeller =
        """
        l.seller_id = @seller AND o.order_id = l.order_id AND NOT EXISTS (
            SELECT 1 FROM order_lines m WHERE m.order_id = l.order_id AND m.seller_id = l.seller_id AND m.product_id < l.product_id)
        """;

    private const string HoldsSellersLine = "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.order_id AND l.seller_id = @seller)";

    public static (string Sql, DynamicParameters Parameters) For(OrderFilter filter)
    {
        // A member has few orders, and few orders wait for an operator: those are filtered by the seller.
        var isBySeller = filter is { SellerId: not null, MemberId: null, NeedsAttention: not true };
        var order = isBySeller ? "l" : "o";
        var conditions = new List<string>();
        var parameters = new DynamicParameters();
        Add(conditions, parameters, isBySeller ? FirstLineOfSeller : HoldsSellersLine, "seller", filter.SellerId);
        Add(conditions, parameters, "o.member_id = @member", "member", filter.MemberId);
        Add(conditions, parameters, "o.status = @status", "status", filter.Status is { } status ? KebabCase.Name(status) : null);
        Add(conditions, parameters, "o.needs_attention = @attention", "attention", filter.NeedsAttention is { } stuck ? (stuck ? 1L : 0L) : null);
        Add(conditions, parameters, $"{order}.created_at >= @from", "from", filter.From is { } from ? StoreTime.ToStore(from) : null);
        Add(conditions, parameters, $"{order}.created_at < @to", "to", filter.To is { } to ? StoreTime.ToStore(to) : null);
        if (filter.Cursor is { } cursor)
        {
            var (createdAt, orderId) = OrderCursor.Parse(cursor);
            conditions.Add($"({order}.created_at, {order}.order_id) < (@cursorTime, @cursorId)");
            parameters.Add("cursorTime", createdAt);
            parameters.Add("cursorId", orderId);
        }

        parameters.Add("limit", filter.Limit + 1L);
        var sql =
            $"""
            SELECT o.order_id AS OrderId, o.created_at AS CreatedAt, o.snapshot AS Snapshot FROM {(isBySeller ? LinesAndOrders : "orders o")}
            {(conditions.Count == 0 ? string.Empty : "WHERE " + string.Join(" AND ", conditions))}
            ORDER BY {order}.created_at DESC, {order}.order_id DESC LIMIT @limit
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
