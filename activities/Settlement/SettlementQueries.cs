using System.Globalization;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Reads settlement by the indexes of <c>0006-settlement.sql</c>.</summary>
internal sealed class SettlementQueries(OrderDatabase database, IPersonalData personal) : ISettlementQueries
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

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<StatementLine>>> FirstLinesAsync(
        IReadOnlyList<Statement> statements, int limit, CancellationToken cancellationToken)
    {
        if (statements.Count == 0)
        {
            return new Dictionary<string, IReadOnlyList<StatementLine>>(StringComparer.Ordinal);
        }

        // Each part uses the index and stops at its limit; both databases accept hundreds of parts in one statement.
        var parameters = new DynamicParameters(new { limit });
        var parts = statements.Select((statement, i) =>
        {
            parameters.Add($"id{i}", statement.StatementId);
            parameters.Add($"day{i}", BusinessDay.Text(statement.Day));
            parameters.Add($"seller{i}", statement.SellerId);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SELECT * FROM (
                    SELECT {SettlementRows.EntryColumns}, CAST(@id{i} AS TEXT) AS StatementId FROM statement_lines l JOIN settlement_entries e ON e.position = l.entry
                    WHERE l.day = @day{i} AND l.seller_id = @seller{i} ORDER BY l.entry LIMIT @limit) AS part
                """);
        });
        var sql = string.Join(" UNION ALL ", parts);
        var lines = await database.ReadAsync(
            async (connection, token) => await connection.QueryAsync<EntryRow, string, (string StatementId, StatementLine Line)>(
                new CommandDefinition(sql, parameters, cancellationToken: token),
                (row, statementId) => (statementId, new StatementLine(row.Position, row.ToEntry())),
                splitOn: "StatementId"),
            cancellationToken);
        return lines.GroupBy(line => line.StatementId, StringComparer.Ordinal).ToDictionary(
            lines => lines.Key, IReadOnlyList<StatementLine> (lines) => [.. lines.Select(line => line.Line).OrderBy(line => line.Position)], StringComparer.Ordinal);
    }

    public async Task<PayoutList> PayoutsAsync(PayoutFilter filter, CancellationToken cancellationToken)
    {
        var where = new SettlementConditions();
        where.Add("COALESCE(o.status, 'requested') = @status", "status", filter.Status is { } status ? KebabCase.Name(status) : null);
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
        var shown = await UnprotectAsync([.. rows.Take(filter.Limit)], cancellationToken);
        var statements = await StatementsOfAsync([.. shown.Select(row => row.PayoutId)], cancellationToken);
        var page = shown.ConvertAll(row => row.ToPayout([.. statements[row.PayoutId]]));
        return new PayoutList(page, rows.Count > filter.Limit ? OrderCursor.After(rows[filter.Limit - 1].RequestedAt, page[^1].PayoutId) : null);
    }

    public async Task<Payout?> FindPayoutAsync(string payoutId, CancellationToken cancellationToken)
    {
        var rows = await UnprotectAsync(await QueryAsync<PayoutRow>(PayoutRow.Select + " WHERE p.payout_id = @payoutId", new { payoutId }, cancellationToken), cancellationToken);
        return rows.Count == 0 ? null : rows[0].ToPayout([.. (await StatementsOfAsync([payoutId], cancellationToken))[payoutId]]);
    }

    public async Task<AttentionView?> AttentionAsync(string subject, CancellationToken cancellationToken) =>
        (await AttentionsAsync([subject], cancellationToken)).GetValueOrDefault(subject);

    public async Task<IReadOnlyDictionary<string, AttentionView>> AttentionsAsync(IReadOnlyList<string> subjects, CancellationToken cancellationToken)
    {
        if (subjects.Count == 0)
        {
            return new Dictionary<string, AttentionView>(StringComparer.Ordinal);
        }

        var sql =
            $"""
            SELECT subject AS Subject, step AS Step, error AS Error, actions AS Actions, since AS Since FROM settlement_attention
            WHERE {database.Dialect.OneOf("subject", "@subjects")}
            """;
        var rows = await QueryAsync<AttentionRow>(sql, new { subjects = subjects.ToArray() }, cancellationToken);
        var errors = await personal.UnprotectTextsAsync("error", [.. rows.Select(row => row.Error)], cancellationToken);
        return rows.Zip(errors).ToDictionary(
            row => row.First.Subject,
            row => new AttentionView(
                "settlement", "settlement", row.First.Step, row.Second ?? string.Empty, row.First.Actions.Split(' '), StoreTime.FromStore(row.First.Since)),
            StringComparer.Ordinal);
    }

    private async Task<List<PayoutRow>> UnprotectAsync(IReadOnlyList<PayoutRow> rows, CancellationToken cancellationToken)
    {
        var reasons = await personal.UnprotectTextsAsync("failureReason", [.. rows.Select(row => row.FailureReason)], cancellationToken);
        return [.. rows.Zip(reasons, (row, reason) => row with { FailureReason = reason })];
    }

    private async Task<ILookup<string, string>> StatementsOfAsync(string[] payoutIds, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT payout_id AS PayoutId, statement_id AS StatementId FROM payout_statements
            WHERE {database.Dialect.OneOf("payout_id", "@payoutIds")} ORDER BY payout_id, statement_id
            """;
        var rows = await QueryAsync<(string PayoutId, string StatementId)>(sql, new { payoutIds }, cancellationToken);
        return rows.ToLookup(row => row.PayoutId, row => row.StatementId, StringComparer.Ordinal);
    }

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

    private sealed record AttentionRow(string Subject, string Step, string Error, string Actions, long Since);
}
