using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Reads refunds by the indexes of <c>0005-refunds.sql</c>.</summary>
internal sealed class RefundQueries(OrderDatabase database) : IRefundQueries
{
    private const string Select =
        """
        SELECT refund_id AS RefundId, order_id AS OrderId, status AS Status, amount AS Amount, points AS Points, reason AS Reason, lines AS Lines,
            requested_at AS RequestedAt, updated_at AS UpdatedAt, due_at AS DueAt, overdue AS Overdue
        FROM refunds
        """;

    private static readonly Dictionary<string, RefundStatus> Statuses =
        Enum.GetValues<RefundStatus>().ToDictionary(KebabCase.Name, StringComparer.Ordinal);

    public async Task<RefundEntry?> FindAsync(string refundId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(Select + " WHERE refund_id = @refundId ORDER BY requested_at, order_id LIMIT 1", new { refundId }, cancellationToken);
        return rows.Count == 0 ? null : rows[0].ToEntry();
    }

    public async Task<RefundPage> ListAsync(RefundFilter filter, CancellationToken cancellationToken)
    {
        var (requestedAt, refundId) = filter.Cursor is { } cursor ? OrderCursor.Parse(cursor) : (0, "");
        var sql =
            $"""
            {Select} WHERE (requested_at, refund_id) > (@requestedAt, @refundId){(filter.Status is null ? "" : " AND status = @status")}{(filter.Overdue ? " AND overdue = 1" : "")}
            ORDER BY requested_at, refund_id LIMIT @limit
            """;
        var status = filter.Status is { } wanted ? KebabCase.Name(wanted) : null;
        var rows = await QueryAsync(sql, new { requestedAt, refundId, status, limit = filter.Limit + 1L }, cancellationToken);
        var page = rows.Take(filter.Limit).ToList();
        return new RefundPage(
            [.. page.Select(row => row.ToEntry())], rows.Count > filter.Limit ? OrderCursor.After(page[^1].RequestedAt, page[^1].RefundId) : null);
    }

    private Task<IReadOnlyList<Row>> QueryAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Row>>(
            async (connection, token) =>
                (await connection.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);

    private sealed record Row
    {
        public string RefundId { get; init; } = "";

        public string OrderId { get; init; } = "";

        public string Status { get; init; } = "";

        public long Amount { get; init; }

        public long Points { get; init; }

        public string Reason { get; init; } = "";

        public string Lines { get; init; } = "[]";

        public long RequestedAt { get; init; }

        public long UpdatedAt { get; init; }

        public long? DueAt { get; init; }

        public long Overdue { get; init; }

        public RefundEntry ToEntry() => new(
            RefundId,
            OrderId,
            Statuses[Status],
            new Won(Amount),
            new Won(Points),
            Reason,
            JsonSerializer.Deserialize<IReadOnlyList<LineQuantity>>(Lines, OrderJson.Options)!,
            StoreTime.FromStore(RequestedAt),
            StoreTime.FromStore(UpdatedAt),
            DueAt is { } due ? StoreTime.FromStore(due) : null,
            Overdue > 0);
    }
}
