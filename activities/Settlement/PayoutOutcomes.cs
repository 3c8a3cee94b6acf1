using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>
/// Handles the finance team's reports of a payout: within one transaction a report is compared with the request and with earlier reports. A second,
/// different report is applied where that is safe, and operators are notified. The reason of a failure may name the holder of an account, so it is
/// encrypted.
/// </summary>
internal sealed class PayoutOutcomes(StoreWrite write, StoreDialect dialect, IPersonalData personal, DateTimeOffset now)
{
    public async Task<PayoutVerdict> DecideAsync(PayoutOutcome report)
    {
        var payout = (await write.QueryAsync<PayoutRow>(PayoutRow.Select, new { report.PayoutId })).Single();
        var hasFailed = report.FailureReason is not null;
        if (!hasFailed && !report.IsAccepted && report.Amount is { } amount && amount.Amount != payout.Amount)
        {
            await ShowAsync(payout, report);
            return PayoutVerdict.AmountDiffers;
        }

        switch (payout.Status)
        {
            case null:
                await WriteOutcomeAsync(report);
                await (hasFailed ? FailAsync(payout, report, "pay", "1") : CompleteAsync(payout, report, "1"));
                return PayoutVerdict.Ended;
            case "completed" when hasFailed:
                await WriteOutcomeAsync(report);
                await FailAsync(payout, report, "reversed", report.EventId);
                return PayoutVerdict.Reversed;
            case "failed" when !hasFailed && await AreOpenAsync(payout):
                await WriteOutcomeAsync(report);
                await write.ExecuteAsync(
                    "DELETE FROM unpaid_statements WHERE statement_id IN (SELECT statement_id FROM payout_statements WHERE payout_id = @PayoutId)", new { report.PayoutId });
                await CompleteAsync(payout, report, report.EventId);
                return PayoutVerdict.PaidAfterAll;
            case "failed" when !hasFailed:
                await ShowAsync(payout, report);
                return PayoutVerdict.PaidTwice;
            default:
                await ShowAsync(payout, report, "the payout has ended");
                return PayoutVerdict.Repeated;
        }
    }

    /// <summary>Whether its statements are in no other payout.</summary>
    private async Task<bool> AreOpenAsync(PayoutRow payout) => await write.ScalarAsync<long>(
        """
        SELECT COUNT(*) FROM payout_statements p
        WHERE p.payout_id = @PayoutId AND NOT EXISTS (SELECT 1 FROM unpaid_statements u WHERE u.statement_id = p.statement_id)
        """,
        new { payout.PayoutId }) == 0;

    private async Task WriteOutcomeAsync(PayoutOutcome report) => await write.ExecuteAsync(
        """
        INSERT INTO payout_outcomes (payout_id, status, failure_reason, ended_at) VALUES (@PayoutId, @status, @FailureReason, @at)
        ON CONFLICT (payout_id) DO UPDATE SET status = excluded.status, failure_reason = excluded.failure_reason, ended_at = excluded.ended_at
        """,
        new
        {
            report.PayoutId,
            status = KebabCase.Name(report.FailureReason is null ? PayoutStatus.Completed : PayoutStatus.Failed),
            FailureReason = await personal.ProtectTextAsync("failureReason", report.FailureReason, DataOwner.System, write.Token),
            at = StoreTime.ToStore(report.At),
        });

    private async Task CompleteAsync(PayoutRow payout, PayoutOutcome report, string sequence)
    {
        var data = new { payout.PayoutId, payout.SellerId, payout.Amount, paidAt = report.At };
        await PublishAsync(EventOf(payout, report), OrderTimeline.Event(payout.PayoutId, EventTypes.PayoutCompleted, sequence, now, data));
        var message = OrderTimeline.Notification(payout.PayoutId, "seller:" + payout.SellerId, Templates.PayoutCompleted, sequence, data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, [message], now);
    }

    /// <summary>
    /// The bank refused, or the payout was reversed: the statements are open again, and the next run pays them under a new payout id. A commission that
    /// was invoiced is not invoiced again.
    /// </summary>
    private async Task FailAsync(PayoutRow payout, PayoutOutcome report, string step, string sequence)
    {
        await write.ExecuteAsync(
            """
            INSERT INTO unpaid_statements (statement_id, seller_id, amount, commission)
            SELECT s.statement_id, s.seller_id, s.amount,
                CASE WHEN EXISTS (
                    SELECT 1 FROM payout_statements q JOIN payout_invoices i ON i.payout_id = q.payout_id
                    WHERE q.statement_id = s.statement_id AND i.state = 'requested') THEN 0 ELSE s.commission END
            FROM statements s JOIN payout_statements p ON p.statement_id = s.statement_id
            WHERE p.payout_id = @PayoutId
            """,
            new { payout.PayoutId });
        var data = new { payout.SellerId, payout.PayoutId, step, error = report.FailureReason, actions = Array.Empty<string>() };
        await PublishAsync(EventOf(payout, report), OrderTimeline.Event(payout.PayoutId, EventTypes.SettlementFailed, sequence, now, data));
        var message = OrderTimeline.Notification(payout.PayoutId, Templates.Operators, Templates.NeedsAttention, sequence, data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, await personal.ProtectAsync([message], DataOwner.System, write.Token), now);
    }

    /// <summary>Adds a report that changes nothing by itself to the payout's timeline.</summary>
    private Task ShowAsync(PayoutRow payout, PayoutOutcome report, string? ignoredBecause = null) =>
        PublishAsync(EventOf(payout, report, ignoredBecause));

    private async Task PublishAsync(params IReadOnlyList<OrderEvent> events) =>
        await EventRows.WriteAsync(write, dialect, await personal.ProtectAsync(events, DataOwner.System, write.Token));

    private static OrderEvent EventOf(PayoutRow payout, PayoutOutcome report, string? ignored = null) => (report.FailureReason is { } reason
        ? OrderTimeline.Event(payout.PayoutId, EventTypes.FinancePayoutFailed, "1", report.At, new { payout.PayoutId, payout.SellerId, reason, ignored })
        : OrderTimeline.Event(
            payout.PayoutId,
            EventTypes.FinancePayoutCompleted,
            "1",
            report.At,
            new { payout.PayoutId, payout.SellerId, amount = report.Amount?.Amount ?? payout.Amount, paidAt = report.At, ignored })) with
    {
        Id = report.EventId,
    };

    private sealed record PayoutRow
    {
        public const string Select =
            """
            SELECT p.payout_id AS PayoutId, p.seller_id AS SellerId, p.amount AS Amount, o.status AS Status
            FROM payouts p LEFT JOIN payout_outcomes o ON o.payout_id = p.payout_id WHERE p.payout_id = @PayoutId
            """;

        public string PayoutId { get; init; } = "";

        public string SellerId { get; init; } = "";

        public long Amount { get; init; }

        public string? Status { get; init; }
    }
}
