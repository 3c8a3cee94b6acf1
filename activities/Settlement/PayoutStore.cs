using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>
/// Payouts in the order database. A statement is removed from the unpaid statements when a payout includes it, and added again if the payout fails.
/// </summary>
internal sealed class PayoutStore(OrderDatabase database, IPersonalData personal, TimeProvider time) : IPayoutStore
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
            await OpenAsync(write, step.RunId, sums);

            // Read from the table, so that a repeated call whose first answer was lost returns the whole page.
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

    public Task<PayoutVerdict> EndAsync(PayoutOutcome outcome, CancellationToken cancellationToken) => WriteAsync(
        write => new PayoutOutcomes(write, database.Dialect, personal, time.GetUtcNow()).DecideAsync(outcome), cancellationToken);

    public Task RecordInvoiceAsync(string payoutId, TaxInvoiceKind? kind, bool isAbandoned, CancellationToken cancellationToken) => WriteAsync(
        write => write.ExecuteAsync(
            """
            INSERT INTO payout_invoices (payout_id, kind, commission, state, settled_at)
            SELECT payout_id, @kind, commission, @state, @at FROM payouts WHERE payout_id = @payoutId
            ON CONFLICT (payout_id) DO NOTHING
            """,
            new
            {
                payoutId,
                kind = kind is { } asked ? KebabCase.Name(asked) : "none",
                state = isAbandoned ? "abandoned" : "requested",
                at = StoreTime.ToStore(time.GetUtcNow()),
            }),
        cancellationToken);

    private static PayoutPage PageOf(IReadOnlyList<OpenedRow> rows) =>
        new([.. rows.Select(row => new OpenedPayout(row.PayoutId, row.SellerId, new Won(row.Amount)))]);

    private async Task OpenAsync(StoreWrite write, string runId, IReadOnlyList<SumRow> sums)
    {
        if (sums.Count == 0)
        {
            return;
        }

        // The settlement lock (SettlementRows.LockAsync) excludes other writers, so these are the statements that were summed.
        var statements = (await write.QueryAsync<UnpaidRow>(
            "SELECT seller_id AS SellerId, statement_id AS StatementId FROM unpaid_statements WHERE seller_id >= @first AND seller_id <= @last",
            new { first = sums[0].SellerId, last = sums[^1].SellerId })).ToLookup(row => row.SellerId, row => row.StatementId, StringComparer.Ordinal);
        var batch = new StoreBatch(write);
        foreach (var sum in sums)
        {
            Open(batch, runId, sum, [.. statements[sum.SellerId].Order(StringComparer.Ordinal)]);
        }

        await batch.ExecuteAsync();
    }

    private void Open(StoreBatch batch, string runId, SumRow sum, IReadOnlyList<string> statementIds)
    {
        var payoutId = Payout.IdOf(runId, sum.SellerId);
        var now = time.GetUtcNow();
        batch.Add(
            """
            INSERT INTO payouts (payout_id, run_id, seller_id, amount, commission, requested_at)
            VALUES (@payoutId, @runId, @SellerId, @Amount, @Commission, @at)
            """,
            new { payoutId, runId, sum.SellerId, sum.Amount, sum.Commission, at = StoreTime.ToStore(now) });
        batch.Add(
            """
            INSERT INTO payout_statements (payout_id, statement_id)
            SELECT @payoutId, statement_id FROM unpaid_statements WHERE seller_id = @SellerId
            """,
            new { payoutId, sum.SellerId });
        batch.Add("DELETE FROM unpaid_statements WHERE seller_id = @SellerId", new { sum.SellerId });
        var data = new { payoutId, sum.SellerId, sum.Amount, statementIds };
        EventRows.Add(batch, database.Dialect, [OrderTimeline.Event(payoutId, EventTypes.PayoutRequested, "1", now, data)]);
    }

    private Task<T> WriteAsync<T>(Func<StoreWrite, Task<T>> change, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await SettlementRows.LockAsync(write, database.Dialect);
            return await change(write);
        },
        cancellationToken);

    /// <summary>Mapped by name: without rows SQLite does not know the type of a sum.</summary>
    private sealed class SumRow
    {
        public required string SellerId { get; init; }

        public long Amount { get; init; }

        public long Commission { get; init; }
    }

    private sealed record OpenedRow(string PayoutId, string SellerId, long Amount);

    private sealed record UnpaidRow(string SellerId, string StatementId);
}
