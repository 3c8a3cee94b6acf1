using System.Globalization;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Differences as rows.</summary>
internal static class ReconciliationRows
{
    /// <summary>Inserts a difference; one that the day already has retains its position and is updated.</summary>
    public const string Upsert =
        """
        INSERT INTO reconciliation_differences (day, run, key, order_id, payment_id, attempt, refund_id, kind, ours, theirs, ours_status, theirs_status, done, found_at)
        VALUES (@Day, @Run, @Key, @OrderId, @PaymentId, @Attempt, @RefundId, @Kind, @Ours, @Theirs, @OursStatus, @TheirsStatus, @Done, @FoundAt)
        ON CONFLICT (day, key) DO UPDATE SET
            run = excluded.run, order_id = excluded.order_id, ours = excluded.ours, theirs = excluded.theirs, ours_status = excluded.ours_status,
            theirs_status = excluded.theirs_status, done = excluded.done
        """;

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static object Of(DateOnly day, int run, ReconciliationDifference difference, long foundAt) => new
    {
        Day = BusinessDay.Text(day),
        Run = (long)run,
        Key = difference.Key(),
        difference.OrderId,
        difference.PaymentId,
        Attempt = (long)difference.Attempt,
        difference.RefundId,
        Kind = KebabCase.Name(difference.Kind),
        Ours = difference.Ours?.Amount,
        Theirs = difference.Theirs?.Amount,
        difference.OursStatus,
        difference.TheirsStatus,
        Done = KebabCase.Name(difference.Done),
        FoundAt = foundAt,
    };

    /// <summary>The enumeration value of a column.</summary>
    public static T Word<T>(string text)
        where T : struct, Enum => Enum.GetValues<T>().Single(value => KebabCase.Name(value) == text);
}
