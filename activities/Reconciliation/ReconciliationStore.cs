using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Reconciliations in the order database. Payments are looked up by their ids, a page at a time: only the differences grow with the day.</summary>
internal sealed class ReconciliationStore(OrderDatabase database, IPersonalData personal, TimeProvider time) : IReconciliationStore
{
    /// <summary>Maximum number of rows that one transaction deletes, so that the writer is not blocked for long.</summary>
    private const int MarksAtATime = 20_000;

    public Task<DateOnly?> FindDayAsync(DateOnly? after, DateOnly upTo, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            // A comparison that was made before its day was over does not count: later changes of the day were not compared.
            const string sql = "SELECT day AS Day, ended_at AS EndedAt FROM reconciliations WHERE status = 'completed' AND day <= @upTo ORDER BY day DESC LIMIT 40";
            var completed = await connection.QueryAsync<CompletedRow>(new CommandDefinition(sql, new { upTo = BusinessDay.Text(upTo) }, cancellationToken: token));
            var latest = completed.FirstOrDefault(row => StoreTime.FromStore(row.EndedAt) >= BusinessDay.EndOf(ReconciliationRows.Day(row.Day)));
            var next = latest is null ? upTo : ReconciliationRows.Day(latest.Day).AddDays(1);
            next = next <= after ? after.Value.AddDays(1) : next;
            return next <= upTo ? next : (DateOnly?)null;
        },
        cancellationToken);

    public async Task<int> BeginAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await DeleteMarksAsync(day, cancellationToken);
        return await WriteAsync(
            async write => (int)await write.ScalarAsync<long>(
                """
                INSERT INTO reconciliations (day, run, status, started_at) VALUES (@day, 1, 'running', @now)
                ON CONFLICT (day) DO UPDATE SET run = reconciliations.run + 1, status = 'running', started_at = excluded.started_at, ended_at = NULL, error = NULL
                RETURNING run
                """,
                new { day = BusinessDay.Text(day), now = Now }),
            cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyList<PaymentEntry>>> EntriesAsync(IReadOnlyList<string> paymentIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, IReadOnlyList<PaymentEntry>>>(
            async (connection, token) =>
            {
                var sql =
                    $"""
                    SELECT order_id AS OrderId, attempt AS Attempt, payment_id AS PaymentId, kind AS Kind, refund_id AS RefundId, amount AS Amount
                    FROM payment_entries WHERE {database.Dialect.OneOf("payment_id", "@ids")}
                    """;
                var rows = await connection.QueryAsync<EntryRow>(new CommandDefinition(sql, new { ids = paymentIds.ToArray() }, cancellationToken: token));
                return rows.GroupBy(row => row.PaymentId, StringComparer.Ordinal)
                    .ToDictionary(payment => payment.Key, IReadOnlyList<PaymentEntry> (payment) => [.. payment.Select(row => row.ToEntry())], StringComparer.Ordinal);
            },
            cancellationToken);

    public Task MarkSeenAsync(DateOnly day, IReadOnlyList<string> paymentIds, CancellationToken cancellationToken) => WriteAsync(
        write => write.ExecuteAsync(
            $"""
            INSERT INTO reconciled_payments (day, payment_id)
            SELECT DISTINCT @day, payment_id FROM payment_entries WHERE {database.Dialect.OneOf("payment_id", "@ids")}
            ON CONFLICT (day, payment_id) DO NOTHING
            """,
            new { day = BusinessDay.Text(day), ids = paymentIds.ToArray() }),
        cancellationToken);

    public Task<IReadOnlyList<OwnMovement>> MovementsAsync(DateOnly day, EntryPosition? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OwnMovement>>(
            async (connection, token) =>
            {
                const string sql =
                    """
                    SELECT e.occurred_at AS At, e.position AS Number, e.order_id AS OrderId, e.attempt AS Attempt, e.payment_id AS PaymentId,
                        CASE
                            WHEN s.payment_id IS NOT NULL THEN 1
                            WHEN EXISTS (
                                SELECT 1 FROM payment_entries p
                                WHERE p.payment_id = e.payment_id AND p.kind <> 'ended' AND p.occurred_at >= @start
                                AND (p.occurred_at, p.position) < (e.occurred_at, e.position)) THEN 1
                            ELSE 0
                        END AS Seen
                    FROM payment_entries e LEFT JOIN reconciled_payments s ON s.day = @day AND s.payment_id = e.payment_id
                    WHERE (e.occurred_at, e.position) > (@at, @number) AND e.occurred_at < @end AND e.kind <> 'ended'
                    ORDER BY e.occurred_at, e.position LIMIT @limit
                    """;
                var start = StoreTime.ToStore(BusinessDay.EndOf(day.AddDays(-1)));
                var parameters = new
                {
                    day = BusinessDay.Text(day),
                    start,
                    at = after is null ? start - 1 : StoreTime.ToStore(after.At),
                    number = after?.Number ?? long.MaxValue,
                    end = StoreTime.ToStore(BusinessDay.EndOf(day)),
                    limit = (long)limit,
                };
                var rows = await connection.QueryAsync<MovementRow>(new CommandDefinition(sql, parameters, cancellationToken: token));
                return [.. rows.Select(row => row.ToMovement())];
            },
            cancellationToken);

    public Task<bool> AddDifferenceAsync(DateOnly day, int run, ReconciliationDifference difference, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var subject = difference.OrderId ?? ReconciliationTemporal.Subject(day);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = subject });
            var known = await write.ScalarAsync<long>(
                "SELECT COUNT(*) FROM reconciliation_differences WHERE day = @day AND key = @key", new { day = BusinessDay.Text(day), key = difference.Key() });
            await write.ExecuteAsync(ReconciliationRows.Upsert, ReconciliationRows.Of(day, run, difference, Now));
            var data = new
            {
                day,
                difference.OrderId,
                difference.PaymentId,
                difference.Attempt,
                difference.RefundId,
                difference.Kind,
                difference.Ours,
                difference.Theirs,
                difference.OursStatus,
                difference.TheirsStatus,
                difference.Done,
            };
            var found = OrderTimeline.Event(subject, EventTypes.DifferenceFound, $"{BusinessDay.Text(day)}/{difference.Key()}", time.GetUtcNow(), data);
            await EventRows.WriteAsync(write, database.Dialect, [found]);
            return known == 0;
        },
        cancellationToken);

    public async Task CompleteAsync(DateOnly day, int run, ReconciliationTotals totals, CancellationToken cancellationToken)
    {
        await WriteAsync(write => CompleteAsync(write, day, run, totals), cancellationToken);
        await DeleteMarksAsync(day, cancellationToken);
    }

    public Task FailAsync(ReconciliationFailure failure, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var subject = ReconciliationTemporal.Subject(failure.Day);
            var error = await personal.ProtectTextAsync("error", failure.Error, DataOwner.System, write.Token);
            await write.ExecuteAsync(
                """
                INSERT INTO reconciliations (day, run, status, started_at, ended_at, error) VALUES (@day, 1, 'failed', @now, @now, @error)
                ON CONFLICT (day) DO UPDATE SET status = 'failed', ended_at = excluded.ended_at, error = excluded.error
                """,
                new { day = BusinessDay.Text(failure.Day), now = StoreTime.ToStore(failure.At), error });
            var data = new { failure.Day, failure.Step, failure.Error };
            var sequence = OrderTimeline.Sequence(failure.Run);
            var message = OrderTimeline.Notification(subject, Templates.Operators, Templates.NeedsAttention, sequence, data);
            await NotificationRows.WriteAsync(write, subject, await personal.ProtectAsync([message], DataOwner.System, write.Token), failure.At);
            return true;
        },
        cancellationToken);

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    private async Task<bool> CompleteAsync(StoreWrite write, DateOnly day, int run, ReconciliationTotals totals)
    {
        var subject = ReconciliationTemporal.Subject(day);
        await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId = subject });
        await write.ExecuteAsync(
            """
            UPDATE reconciliations
            SET status = 'completed', ended_at = @now, error = NULL, payments = @Payments, refunds = @Refunds, ours_paid = @oursPaid,
                ours_refunded = @oursRefunded, theirs_paid = @theirsPaid, theirs_refunded = @theirsRefunded, differences = @Differences
            WHERE day = @day AND run = @run
            """,
            new
            {
                day = BusinessDay.Text(day),
                run,
                now = Now,
                totals.Payments,
                totals.Refunds,
                totals.Differences,
                oursPaid = totals.OursPaid.Amount,
                oursRefunded = totals.OursRefunded.Amount,
                theirsPaid = totals.TheirsPaid.Amount,
                theirsRefunded = totals.TheirsRefunded.Amount,
            });
        var data = new
        {
            day,
            run,
            totals.Payments,
            totals.Refunds,
            sums = new
            {
                ours = new { paid = totals.OursPaid, refunded = totals.OursRefunded },
                theirs = new { paid = totals.TheirsPaid, refunded = totals.TheirsRefunded },
            },
            totals.Differences,
        };
        var completed = OrderTimeline.Event(subject, EventTypes.ReconciliationCompleted, OrderTimeline.Sequence(run), time.GetUtcNow(), data);
        await EventRows.WriteAsync(write, database.Dialect, [completed]);
        return true;
    }

    private async Task DeleteMarksAsync(DateOnly day, CancellationToken cancellationToken)
    {
        const string sql =
            """
            DELETE FROM reconciled_payments WHERE day = @day
            AND payment_id IN (SELECT payment_id FROM reconciled_payments WHERE day = @day ORDER BY payment_id LIMIT @limit)
            """;
        var page = new { day = BusinessDay.Text(day), limit = (long)MarksAtATime };
        while (await WriteAsync(write => write.ExecuteAsync(sql, page), cancellationToken) == MarksAtATime)
        {
            // The next page.
        }
    }

    private Task<T> WriteAsync<T>(Func<StoreWrite, Task<T>> change, CancellationToken cancellationToken) =>
        database.WriteAsync((transaction, token) => change(new StoreWrite(transaction, token)), cancellationToken);

    private sealed record CompletedRow(string Day, long EndedAt);

    private sealed record EntryRow(string OrderId, long Attempt, string PaymentId, string Kind, string? RefundId, long Amount)
    {
        public PaymentEntry ToEntry() => new(OrderId, (int)Attempt, PaymentId, Kind, RefundId, Amount);
    }

    private sealed record MovementRow
    {
        public long At { get; init; }

        public long Number { get; init; }

        public string OrderId { get; init; } = "";

        public long Attempt { get; init; }

        public string PaymentId { get; init; } = "";

        public long Seen { get; init; }

        public OwnMovement ToMovement() => new(new EntryPosition(StoreTime.FromStore(At), Number), OrderId, (int)Attempt, PaymentId, Seen > 0);
    }
}
