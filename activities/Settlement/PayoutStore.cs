using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Payouts in the order database. A statement leaves the list of what is to be paid with the payout it is in, and returns if that fails.</summary>
internal sealed class PayoutStore(OrderDatabase database, TimeProvider time) : IPayoutStore
{
    public Task<PayoutPage> OpenAsync(OpenPayouts step, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var after = step.After ?? string.Empty;
            var sums = await write.QueryAsync<SumRow>(
                """
                SELECT u.seller_id AS SellerId, CAST(SUM(u.amount) AS BIGINT) AS Amount, CAST(SUM(u.commission) AS BIGINT) AS Commission
                FROM unpaid_statements u
                WHERE u.seller_id > @after AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.run_id = @RunId AND p.seller_id = u.seller_id)
                GROUP BY u.seller_id HAVING SUM(u.amount) > 0 ORDER BY u.seller_id LIMIT @Sellers
                """,
                new { after, step.RunId, step.Sellers });
            foreach (var sum in sums)
            {
                await OpenAsync(write, step.RunId, sum);
            }

            // Read back rather than remembered: a page whose answer was lost is answered whole when it is asked for again.
            var opened = await write.QueryAsync<OpenedRow>(
                """
                SELECT payout_id AS PayoutId, seller_id AS SellerId, amount AS Amount FROM payouts
                WHERE run_id = @RunId AND seller_id > @after ORDER BY seller_id LIMIT @Sellers
                """,
                new { after, step.RunId, step.Sellers });
            return PageOf(opened);
        },
        cancellationToken);

    public Task<PayoutPage> UnderWayAsync(FindPayouts step, CancellationToken cancellationToken) => WriteAsync(
        async write => PageOf(await write.QueryAsync<OpenedRow>(
            """
            SELECT payout_id AS PayoutId, seller_id AS SellerId, amount AS Amount FROM payouts
            WHERE payout_id > @after AND run_id <> @RunId AND NOT EXISTS (SELECT 1 FROM payout_outcomes o WHERE o.payout_id = payouts.payout_id)
            ORDER BY payout_id LIMIT @Limit
            """,
            new { after = step.After ?? string.Empty, step.RunId, step.Limit })),
        cancellationToken);

    public Task EndAsync(PayoutOutcome outcome, CancellationToken cancellationToken) => WriteAsync(
        async write =>
        {
            var failed = outcome.FailureReason is not null;
            var added = await write.ExecuteAsync(
                """
                INSERT INTO payout_outcomes (payout_id, status, failure_reason, ended_at) VALUES (@PayoutId, @status, @FailureReason, @at)
                ON CONFLICT (payout_id) DO NOTHING
                """,
                new
                {
                    outcome.PayoutId,
                    status = OrderSearchAttributes.Name(failed ? PayoutStatus.Failed : PayoutStatus.Completed),
                    outcome.FailureReason,
                    at = StoreTime.ToStore(outcome.At),
                });
            if (added > 0)
            {
                const string sql = "SELECT payout_id AS PayoutId, seller_id AS SellerId, amount AS Amount FROM payouts WHERE payout_id = @PayoutId";
                var payout = (await write.QueryAsync<OpenedRow>(sql, new { outcome.PayoutId })).Single();
                await (failed ? FailAsync(write, payout, outcome) : CompleteAsync(write, payout, outcome));
            }

            return added;
        },
        cancellationToken);

    private static PayoutPage PageOf(IReadOnlyList<OpenedRow> rows) =>
        new([.. rows.Select(row => new OpenedPayout(row.PayoutId, row.SellerId, new Won(row.Amount)))]);

    private async Task OpenAsync(StoreWrite write, string runId, SumRow sum)
    {
        var payoutId = Payout.IdOf(runId, sum.SellerId);
        var now = time.GetUtcNow();
        await write.ExecuteAsync(
            """
            INSERT INTO payouts (payout_id, run_id, seller_id, amount, commission, requested_at)
            VALUES (@payoutId, @runId, @SellerId, @Amount, @Commission, @at)
            """,
            new { payoutId, runId, sum.SellerId, sum.Amount, sum.Commission, at = StoreTime.ToStore(now) });
        var statementIds = await write.QueryAsync<string>(
            """
            INSERT INTO payout_statements (payout_id, statement_id)
            SELECT @payoutId, statement_id FROM unpaid_statements WHERE seller_id = @SellerId
            RETURNING statement_id
            """,
            new { payoutId, sum.SellerId });
        await write.ExecuteAsync("DELETE FROM unpaid_statements WHERE seller_id = @SellerId", new { sum.SellerId });
        var data = new { payoutId, sum.SellerId, sum.Amount, statementIds = statementIds.Order(StringComparer.Ordinal) };
        await EventRows.WriteAsync(write, database.Dialect, [OrderTimeline.Event(payoutId, EventTypes.PayoutRequested, "1", now, data)]);
    }

    private async Task CompleteAsync(StoreWrite write, OpenedRow payout, PayoutOutcome outcome)
    {
        var data = new { payout.PayoutId, payout.SellerId, payout.Amount, paidAt = outcome.At };
        await EventRows.WriteAsync(
            write,
            database.Dialect,
            [
                OrderTimeline.Event(payout.PayoutId, EventTypes.FinancePayoutCompleted, "1", outcome.At, data) with { Id = outcome.EventId },
                OrderTimeline.Event(payout.PayoutId, EventTypes.PayoutCompleted, "1", time.GetUtcNow(), data),
            ]);
        var message = OrderTimeline.Notification(payout.PayoutId, "seller:" + payout.SellerId, Templates.PayoutCompleted, "1", data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, [message], time.GetUtcNow());
    }

    /// <summary>The bank refused: the statements are open again, for the next run to pay under an id of its own.</summary>
    private async Task FailAsync(StoreWrite write, OpenedRow payout, PayoutOutcome outcome)
    {
        await write.ExecuteAsync(
            """
            INSERT INTO unpaid_statements (statement_id, seller_id, amount, commission)
            SELECT s.statement_id, s.seller_id, s.amount, s.commission FROM statements s JOIN payout_statements p ON p.statement_id = s.statement_id
            WHERE p.payout_id = @PayoutId
            """,
            new { payout.PayoutId });
        var error = outcome.FailureReason!;
        var data = new { payout.SellerId, payout.PayoutId, step = "pay", error, actions = Array.Empty<string>() };
        await EventRows.WriteAsync(
            write,
            database.Dialect,
            [
                OrderTimeline.Event(
                    payout.PayoutId, EventTypes.FinancePayoutFailed, "1", outcome.At, new { payout.PayoutId, payout.SellerId, reason = error }) with
                {
                    Id = outcome.EventId,
                },
                OrderTimeline.Event(payout.PayoutId, EventTypes.SettlementFailed, "1", time.GetUtcNow(), data),
            ]);
        var message = OrderTimeline.Notification(payout.PayoutId, Templates.Operators, Templates.NeedsAttention, "1", data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, [message], time.GetUtcNow());
    }

    private Task<T> WriteAsync<T>(Func<StoreWrite, Task<T>> change, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await SettlementRows.LockAsync(write, database.Dialect);
            return await change(write);
        },
        cancellationToken);

    /// <summary>Filled by name: where there is no row, SQLite cannot tell the type of a sum.</summary>
    private sealed class SumRow
    {
        public required string SellerId { get; init; }

        public long Amount { get; init; }

        public long Commission { get; init; }
    }

    private sealed record OpenedRow(string PayoutId, string SellerId, long Amount);
}
