using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>
/// What the finance team says of a payout, judged within one transaction against what was asked for and what it said before. A second, different word is never
/// just filed: it is put right where that is safe, and operators are notified. Why a payout failed may name the holder of an account, so it is encrypted.
/// </summary>
internal sealed class PayoutOutcomes(StoreWrite write, StoreDialect dialect, IPersonalData personal, DateTimeOffset now)
{
    public async Task<PayoutVerdict> JudgeAsync(PayoutOutcome word)
    {
        var payout = (await write.QueryAsync<PayoutRow>(PayoutRow.Select, new { word.PayoutId })).Single();
        var hasFailed = word.FailureReason is not null;
        if (!hasFailed && !word.IsAccepted && word.Amount is { } amount && amount.Amount != payout.Amount)
        {
            await ShowAsync(payout, word);
            return PayoutVerdict.AmountDiffers;
        }

        switch (payout.Status)
        {
            case null:
                await WriteOutcomeAsync(word);
                await (hasFailed ? FailAsync(payout, word, "pay", "1") : CompleteAsync(payout, word, "1"));
                return PayoutVerdict.Ended;
            case "completed" when hasFailed:
                await WriteOutcomeAsync(word);
                await FailAsync(payout, word, "reversed", word.EventId);
                return PayoutVerdict.Reversed;
            case "failed" when !hasFailed && await AreOpenAsync(payout):
                await WriteOutcomeAsync(word);
                await write.ExecuteAsync(
                    "DELETE FROM unpaid_statements WHERE statement_id IN (SELECT statement_id FROM payout_statements WHERE payout_id = @PayoutId)", new { word.PayoutId });
                await CompleteAsync(payout, word, word.EventId);
                return PayoutVerdict.PaidAfterAll;
            case "failed" when !hasFailed:
                await ShowAsync(payout, word);
                return PayoutVerdict.PaidTwice;
            default:
                await ShowAsync(payout, word, "the payout has ended");
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

    private async Task WriteOutcomeAsync(PayoutOutcome word) => await write.ExecuteAsync(
        """
        INSERT INTO payout_outcomes (payout_id, status, failure_reason, ended_at) VALUES (@PayoutId, @status, @FailureReason, @at)
        ON CONFLICT (payout_id) DO UPDATE SET status = excluded.status, failure_reason = excluded.failure_reason, ended_at = excluded.ended_at
        """,
        new
        {
            word.PayoutId,
            status = OrderWords.Name(word.FailureReason is null ? PayoutStatus.Completed : PayoutStatus.Failed),
            FailureReason = await personal.ProtectTextAsync("failureReason", word.FailureReason, DataOwner.System, write.Token),
            at = StoreTime.ToStore(word.At),
        });

    private async Task CompleteAsync(PayoutRow payout, PayoutOutcome word, string sequence)
    {
        var data = new { payout.PayoutId, payout.SellerId, payout.Amount, paidAt = word.At };
        await PublishAsync(Said(payout, word), OrderTimeline.Event(payout.PayoutId, EventTypes.PayoutCompleted, sequence, now, data));
        var message = OrderTimeline.Notification(payout.PayoutId, "seller:" + payout.SellerId, Templates.PayoutCompleted, sequence, data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, [message], now);
    }

    /// <summary>
    /// The bank refused, or the money came back: the statements are open again, for the next run to pay under an id of its own. A commission that was
    /// invoiced is not invoiced again.
    /// </summary>
    private async Task FailAsync(PayoutRow payout, PayoutOutcome word, string step, string sequence)
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
        var data = new { payout.SellerId, payout.PayoutId, step, error = word.FailureReason, actions = Array.Empty<string>() };
        await PublishAsync(Said(payout, word), OrderTimeline.Event(payout.PayoutId, EventTypes.SettlementFailed, sequence, now, data));
        var message = OrderTimeline.Notification(payout.PayoutId, Templates.Operators, Templates.NeedsAttention, sequence, data);
        await NotificationRows.WriteAsync(write, payout.PayoutId, await personal.ProtectAsync([message], DataOwner.System, write.Token), now);
    }

    /// <summary>A word that changes nothing by itself stands on the payout's timeline.</summary>
    private Task ShowAsync(PayoutRow payout, PayoutOutcome word, string? ignoredBecause = null) =>
        PublishAsync(Said(payout, word, ignoredBecause));

    private async Task PublishAsync(params IReadOnlyList<OrderEvent> events) =>
        await EventRows.WriteAsync(write, dialect, await personal.ProtectAsync(events, DataOwner.System, write.Token));

    private static OrderEvent Said(PayoutRow payout, PayoutOutcome word, string? ignored = null) => (word.FailureReason is { } reason
        ? OrderTimeline.Event(payout.PayoutId, EventTypes.FinancePayoutFailed, "1", word.At, new { payout.PayoutId, payout.SellerId, reason, ignored })
        : OrderTimeline.Event(
            payout.PayoutId,
            EventTypes.FinancePayoutCompleted,
            "1",
            word.At,
            new { payout.PayoutId, payout.SellerId, amount = word.Amount?.Amount ?? payout.Amount, paidAt = word.At, ignored })) with
    {
        Id = word.EventId,
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
