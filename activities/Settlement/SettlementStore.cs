using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>
/// Days in the order database. A day's entries are first assigned page by page until the day is closed, then they are summed, so that summed entries
/// can no longer change. The database computes the sums, so a page needs no memory for its lines; <see cref="StatementAmounts"/> has the arithmetic.
/// </summary>
internal sealed class SettlementStore(OrderDatabase database, IPersonalData personal, TimeProvider time) : ISettlementStore
{
    private static readonly string[] DefaultActions = ["retry"];

    public Task<DateOnly?> FindDayToSettleAsync(FindDay step, CancellationToken cancellationToken) => WriteAsync<DateOnly?>(
        async write =>
        {
            var upTo = BusinessDay.Text(step.UpTo);
            var latest = await write.ScalarAsync<string>("SELECT MAX(day) FROM settled_days WHERE day <= @upTo", new { upTo });
            var next = latest is null ? await FirstOpenDayAsync(write) ?? step.UpTo : Day(latest).AddDays(1);
            if (next <= step.After)
            {
                next = step.After.Value.AddDays(1);
            }

            // A run that was ended halfway left lines without a statement: its day is settled even if later days were settled already.
            var left = await write.ScalarAsync<string>(
                """
                SELECT MIN(day) FROM begun_days WHERE day <= @upTo AND day > @after
                AND NOT EXISTS (SELECT 1 FROM settled_days s WHERE s.day = begun_days.day)
                """,
                new { upTo, after = step.After is { } after ? BusinessDay.Text(after) : string.Empty });
            var first = left is not null && Day(left) < next ? Day(left) : next;
            return first <= step.UpTo ? first : null;
        },
        cancellationToken);

    public Task<ClosedPage> CloseDayAsync(CloseDay step, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var day = BusinessDay.Text(step.Day);
            if (await write.ScalarAsync<string>("SELECT day FROM closed_days WHERE day = @day", new { day }) is not null)
            {
                return new ClosedPage(step.After, 0, Closed: true);
            }

            var now = StoreTime.ToStore(time.GetUtcNow());
            await write.ExecuteAsync("INSERT INTO begun_days (day, begun_at) VALUES (@day, @now) ON CONFLICT (day) DO NOTHING", new { day, now });
            var end = StoreTime.ToStore(BusinessDay.EndOf(step.Day));
            var upTo = await write.ScalarAsync<long?>(
                """
                SELECT MAX(entry) FROM (
                    SELECT entry FROM unsettled_entries WHERE entry > @After AND occurred_at < @end ORDER BY entry LIMIT @Lines) AS page
                """,
                new { step.After, end, step.Lines });
            if (upTo is null)
            {
                await write.ExecuteAsync("INSERT INTO closed_days (day, closed_at) VALUES (@day, @now)", new { day, now });
                return new ClosedPage(step.After, 0, Closed: true);
            }

            var page = new { step.After, upTo, end, day };
            var lines = await write.ExecuteAsync(
                """
                INSERT INTO statement_lines (entry, day, seller_id)
                SELECT u.entry, @day, e.seller_id FROM unsettled_entries u JOIN settlement_entries e ON e.position = u.entry
                WHERE u.entry > @After AND u.entry <= @upTo AND u.occurred_at < @end
                """,
                page);

            // An entry may have been written between the two statements: it has no line yet, and is not deleted.
            await write.ExecuteAsync(
                """
                DELETE FROM unsettled_entries WHERE entry > @After AND entry <= @upTo AND occurred_at < @end
                AND EXISTS (SELECT 1 FROM statement_lines l WHERE l.entry = unsettled_entries.entry)
                """,
                page);
            return new ClosedPage(upTo.Value, lines, Closed: false);
        },
        cancellationToken);

    public Task<StatedPage> CreateStatementsAsync(CreateStatements step, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var day = BusinessDay.Text(step.Day);
            var after = step.After ?? string.Empty;
            var upTo = await write.ScalarAsync<string>(
                """
                SELECT MAX(seller_id) FROM (
                    SELECT DISTINCT seller_id FROM statement_lines WHERE day = @day AND seller_id > @after ORDER BY seller_id LIMIT @Sellers) AS page
                """,
                new { day, after, step.Sellers });
            if (upTo is null)
            {
                return new StatedPage(null);
            }

            var sums = await write.QueryAsync<SumsRow>(
                """
                SELECT l.seller_id AS SellerId, e.kind AS Kind, COUNT(*) AS Lines, CAST(SUM(e.sales) AS BIGINT) AS Sales,
                    CAST(SUM(e.seller_discount) AS BIGINT) AS SellerDiscount, CAST(SUM(e.platform_discount) AS BIGINT) AS PlatformDiscount,
                    CAST(SUM(e.commission) AS BIGINT) AS Commission
                FROM statement_lines l JOIN settlement_entries e ON e.position = l.entry
                WHERE l.day = @day AND l.seller_id > @after AND l.seller_id <= @upTo
                GROUP BY l.seller_id, e.kind
                """,
                new { day, after, upTo });
            var statements = sums
                .GroupBy(row => row.SellerId, StringComparer.Ordinal)
                .Select(seller => new StatementDraft(
                    step.Day, seller.Key, seller.Sum(row => row.Lines), StatementAmounts.Of(seller.Select(row => row.ToSums()))))
                .OrderBy(statement => statement.SellerId, StringComparer.Ordinal);
            await new StatementWriter(write, database.Dialect, time.GetUtcNow()).WriteAsync(statements);
            return new StatedPage(upTo);
        },
        cancellationToken);

    public Task<SettledDay> CompleteDayAsync(DateOnly day, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var subject = BusinessDay.Text(day);
            var now = time.GetUtcNow();
            var total = (await write.QueryAsync<TotalsRow>(TotalsRow.Select + " WHERE day = @subject", new { subject })).Single();
            var settled = new SettledDay(day, total.Lines, total.Statements, total.ToAmounts());
            var added = await write.ExecuteAsync(
                "INSERT INTO settled_days (day, settled_at) VALUES (@subject, @now) ON CONFLICT (day) DO NOTHING",
                new { subject, now = StoreTime.ToStore(now) });
            if (added > 0)
            {
                var data = new
                {
                    day,
                    settled.Count,
                    settled.Statements,
                    settled.Amounts.Sales,
                    settled.Amounts.SellerDiscount,
                    settled.Amounts.PlatformDiscount,
                    settled.Amounts.Refunds,
                    settled.Amounts.Commission,
                    settled.Amounts.Amount,
                };
                await EventRows.WriteAsync(write, database.Dialect, [OrderTimeline.Event(subject, EventTypes.DailyCompleted, "1", now, data)]);
                var report = OrderTimeline.Notification(subject, Templates.Operators, Templates.SettlementReport, "1", data);
                await NotificationRows.WriteAsync(write, subject, [report], now);
            }

            return settled;
        },
        cancellationToken);

    public Task ReportFailureAsync(SettlementFailure failure, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var actions = failure.Actions ?? DefaultActions;
            var data = new { failure.Day, failure.SellerId, failure.PayoutId, failure.Step, failure.Error, actions };
            var error = await personal.ProtectTextAsync("error", failure.Error, DataOwner.System, write.Token);
            await write.ExecuteAsync(
                """
                INSERT INTO settlement_attention (subject, step, error, actions, since) VALUES (@Subject, @Step, @error, @actions, @since)
                ON CONFLICT (subject) DO UPDATE SET step = excluded.step, error = excluded.error, actions = excluded.actions, since = excluded.since
                """,
                new { failure.Subject, failure.Step, error, actions = string.Join(' ', actions), since = StoreTime.ToStore(failure.At) });
            var failed = OrderTimeline.Event(failure.Subject, EventTypes.SettlementFailed, failure.FailureId, failure.At, data);
            await EventRows.WriteAsync(write, database.Dialect, await personal.ProtectAsync([failed], DataOwner.System, write.Token));
            var message = OrderTimeline.Notification(failure.Subject, Templates.Operators, Templates.NeedsAttention, failure.FailureId, data);
            await NotificationRows.WriteAsync(write, failure.Subject, await personal.ProtectAsync([message], DataOwner.System, write.Token), failure.At);
            return true;
        },
        cancellationToken);

    public Task ResolveFailureAsync(string subject, CancellationToken cancellationToken) => WriteAsync(
        write => write.ExecuteAsync("DELETE FROM settlement_attention WHERE subject = @subject", new { subject }), cancellationToken);

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The day of the oldest open entry, for the first run.</summary>
    private static async Task<DateOnly?> FirstOpenDayAsync(StoreWrite write) =>
        await write.ScalarAsync<long?>("SELECT MIN(occurred_at) FROM unsettled_entries", new { }) is { } oldest
            ? BusinessDay.Of(StoreTime.FromStore(oldest))
            : null;

    private Task<T> WriteAsync<T>(Func<StoreWrite, Task<T>> change, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await SettlementRows.LockAsync(write, database.Dialect);
            return await change(write);
        },
        cancellationToken);

    private sealed record SumsRow(string SellerId, string Kind, long Lines, long Sales, long SellerDiscount, long PlatformDiscount, long Commission)
    {
        public EntrySums ToSums() => new(
            SettlementRows.Kind(Kind), Lines, new Won(Sales), new Won(SellerDiscount), new Won(PlatformDiscount), new Won(Commission));
    }
}
