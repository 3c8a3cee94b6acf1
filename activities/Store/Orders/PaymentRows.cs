using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>
/// Writes the movements of an order's payments as rows, each entry of the ledger once, so that the nightly comparison does not have to read orders.
/// </summary>
internal static class PaymentRows
{
    public const string Charged = "charged";
    public const string Refunded = "refunded";
    public const string ForeignRefund = "foreign-refund";

    /// <summary>An attempt that ended without a charge.</summary>
    public const string Ended = "ended";

    /// <returns>Each entry with the index of its statement in the batch: if that statement changes a row, the entry is new.</returns>
    public static IReadOnlyList<(int Statement, MovedWon Moved)> Add(StoreBatch batch, Order order)
    {
        var entries = EntriesOf(order).ToList();
        var first = batch.Count;
        batch.AddEach(
            """
            INSERT INTO payment_entries (entry_id, order_id, attempt, payment_id, kind, refund_id, amount, occurred_at)
            VALUES (@EntryId, @OrderId, @Attempt, @PaymentId, @Kind, @RefundId, @Amount, @At) ON CONFLICT (entry_id) DO NOTHING
            """,
            entries);
        return [.. entries.Select((entry, i) => (first + i, new MovedWon(entry.Kind, entry.Amount)))];
    }

    /// <summary>Counts the movements in metrics, once they are stored.</summary>
    public static void Count(IEnumerable<MovedWon> moved)
    {
        foreach (var (kind, won) in moved)
        {
            switch (kind)
            {
                case Charged:
                    OrderMetrics.Paid(won);
                    break;
                case Refunded or ForeignRefund:
                    OrderMetrics.Refunded(won, isForeign: kind == ForeignRefund);
                    break;
            }
        }
    }

    private static IEnumerable<Row> EntriesOf(Order order) => order.Payments
        .Where(attempt => attempt.PaymentId is not null)
        .SelectMany(attempt => order.Ledger.Select(entry => Of(order, attempt, entry)).OfType<Row>().Concat(EndOf(order, attempt)));

    private static Row? Of(Order order, PaymentAttempt attempt, LedgerEntry entry)
    {
        var payment = OrderLedger.PaymentCause(attempt.Number);
        return entry switch
        {
            { Kind: LedgerKind.Charged } when entry.Cause == payment => New(Charged, refundId: null),
            { Kind: LedgerKind.Refunded } when order.FindRefund(entry.Cause) is { IsPaidByHand: false } refund && refund.Attempt == attempt.Number =>
                New(Refunded, entry.Cause),
            { Kind: LedgerKind.ForeignRefund } when entry.Cause.StartsWith(payment + "/", StringComparison.Ordinal) =>
                New(ForeignRefund, entry.Cause[(payment.Length + 1)..]),
            _ => null,
        };

        Row New(string kind, string? refundId) => new(
            entry.EntryId,
            order.OrderId,
            attempt.Number,
            attempt.PaymentId!,
            kind,
            refundId,
            (entry.Amount ?? Won.Zero).Amount,
            StoreTime.ToStore(entry.At));
    }

    private static IEnumerable<Row> EndOf(Order order, PaymentAttempt attempt)
    {
        if (attempt.Status is PaymentStatus.Declined or PaymentStatus.TimedOut or PaymentStatus.Cancelled)
        {
            var entryId = string.Create(CultureInfo.InvariantCulture, $"{order.OrderId}/{Ended}/{OrderLedger.PaymentCause(attempt.Number)}");
            yield return new Row(entryId, order.OrderId, attempt.Number, attempt.PaymentId!, Ended, null, 0, StoreTime.ToStore(order.UpdatedAt));
        }
    }

    /// <summary>Card money that moved, won.</summary>
    internal readonly record struct MovedWon(string Kind, long Won);

    private sealed record Row(
        string EntryId, string OrderId, long Attempt, string PaymentId, string Kind, string? RefundId, long Amount, long At);
}
