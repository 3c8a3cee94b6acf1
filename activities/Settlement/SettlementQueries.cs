using Dapper;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Reads settlement by the indexes of <c>0006-settlement.sql</c>.</summary>
internal sealed class SettlementQueries(OrderDatabase database) : ISettlementQueries
{
    public async Task<DayState?> FindDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        const string sql =
            """
            SELECT (SELECT closed_at FROM closed_days WHERE day = @day) AS ClosedAt, (SELECT settled_at FROM settled_days WHERE day = @day) AS SettledAt,
                (SELECT begun_at FROM begun_days WHERE day = @day) AS BegunAt, (SELECT step FROM settlement_attention WHERE subject = @day) AS Step
            """;
        var row = (await QueryAsync<DayRow>(sql, new { day = BusinessDay.Text(day) }, cancellationToken)).Single();
        return row is { BegunAt: null, Step: null }
            ? null
            : new DayState(day, Time(row.ClosedAt), Time(row.SettledAt));
    }

    public async Task<StatementPage> StatementsAsync(StatementFilter filter, CancellationToken cancellationToken)
    {
        var where = new SettlementConditions().Of(filter);
        var order = "day DESC";
        if (filter.Day is not null)
        {
            order = "seller_id";
            where.Add("s.seller_id > @after", "after", filter.Cursor is { } last ? OrderCursor.Parse(last).OrderId : null);
        }
        else
        {
            where.Add("s.day < @before", "before", filter.Cursor is { } last ? OrderCursor.Parse(last).OrderId : null);
        }

        where.Limit(filter.Limit + 1);
        var rows = await QueryAsync<StatementRow>(
            $"{StatementRow.Select} WHERE {where.Sql} ORDER BY s.{order} LIMIT @limit", where.Parameters, cancellationToken);
        var page = rows.Take(filter.Limit).Select(row => row.ToStatement()).ToList();
        var next = rows.Count > filter.Limit
            ? OrderCursor.After(0, filter.Day is null ? BusinessDay.Text(page[^1].Day) : page[^1].SellerId)
            : null;
        return new StatementPage(page, next);
    }

    public async Task<StatementTotals> TotalsAsync(StatementFilter filter, CancellationToken cancellationToken)
    {
        var where = new SettlementConditions().Of(filter);
        var row = (await QueryAsync<TotalsRow>($"{TotalsRow.Select} s WHERE {where.Sql}", where.Parameters, cancellationToken)).Single();
        return new StatementTotals(row.Statements, row.Lines, row.ToAmounts());
    }

    public async Task<Statement?> FindStatementAsync(string sellerId, DateOnly day, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<StatementRow>(
            StatementRow.Select + " WHERE s.seller_id = @sellerId AND s.day = @day", new { sellerId, day = BusinessDay.Text(day) }, cancellationToken);
        return rows.SingleOrDefault()?.ToStatement();
    }

    public async Task<IReadOnlyList<StatementLine>> LinesAsync(
        string sellerId, DateOnly day, long after, int limit, CancellationToken cancellationToken)
    {
        const string sql =
            $"""
            SELECT {SettlementRows.EntryColumns} FROM statement_lines l JOIN settlement_entries e ON e.position = l.entry
            WHERE l.day = @day AND l.seller_id = @sellerId AND l.entry > @after ORDER BY l.entry LIMIT @limit
            """;
        var rows = await QueryAsync<EntryRow>(sql, new { sellerId, day = BusinessDay.Text(day), after, limit }, cancellationToken);
        return [.. rows.Select(row => new StatementLine(row.Position, row.ToEntry()))];
    }

    public async Task<PayoutList> PayoutsAsync(PayoutFilter filter, CancellationToken cancellationToken)
    {
        var where = new SettlementConditions();
        where.Add("COALESCE(o.status, 'requested') = @status", "status", filter.Status is { } status ? OrderSearchAttributes.Name(status) : null);
        where.Add("p.seller_id = @seller", "seller", filter.SellerId);
        where.Add("p.run_id = @run", "run", filter.RunId);
        if (filter.Cursor is { } cursor)
        {
            var (requestedAt, payoutId) = OrderCursor.Parse(cursor);
            where.Add("(p.requested_at, p.payout_id) < (@cursorTime, @cursorId)", "cursorTime", requestedAt);
            where.Parameters.Add("cursorId", payoutId);
        }

        where.Limit(filter.Limit + 1);
        var rows = await QueryAsync<PayoutRow>(
            $"{PayoutRow.Select} WHERE {where.Sql} ORDER BY p.requested_at DESC, p.payout_id DESC LIMIT @limit", where.Parameters, cancellationToken);
        var page = new List<Payout>();
        foreach (var row in rows.Take(filter.Limit))
        {
            page.Add(row.ToPayout(await StatementsOfAsync(row.PayoutId, cancellationToken)));
        }

        return new PayoutList(page, rows.Count > filter.Limit ? OrderCursor.After(rows[filter.Limit - 1].RequestedAt, page[^1].PayoutId) : null);
    }

    public async Task<Payout?> FindPayoutAsync(string payoutId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<PayoutRow>(PayoutRow.Select + " WHERE p.payout_id = @payoutId", new { payoutId }, cancellationToken);
        return rows.Count == 0 ? null : rows[0].ToPayout(await StatementsOfAsync(payoutId, cancellationToken));
    }

    public async Task<AttentionView?> AttentionAsync(string subject, CancellationToken cancellationToken)
    {
        const string sql = "SELECT step AS Step, error AS Error, since AS Since FROM settlement_attention WHERE subject = @subject";
        var rows = await QueryAsync<AttentionRow>(sql, new { subject }, cancellationToken);
        return rows.Count == 0 ? null : new AttentionView(rows[0].Step, rows[0].Error, ["retry"], StoreTime.FromStore(rows[0].Since));
    }

    private Task<IReadOnlyList<string>> StatementsOfAsync(string payoutId, CancellationToken cancellationToken) => QueryAsync<string>(
        "SELECT statement_id FROM payout_statements WHERE payout_id = @payoutId ORDER BY statement_id", new { payoutId }, cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(
            async (connection, token) =>
                (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
            cancellationToken);

    private static DateTimeOffset? Time(long? stored) => stored is { } microseconds ? StoreTime.FromStore(microseconds) : null;

    private sealed class DayRow
    {
        public long? ClosedAt { get; init; }

        public long? SettledAt { get; init; }

        public long? BegunAt { get; init; }

        public string? Step { get; init; }
    }

    private sealed record AttentionRow(string Step, string Error, long Since);
}
