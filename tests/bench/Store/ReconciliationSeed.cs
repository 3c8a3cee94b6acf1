using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>A day's payments as the orders' ledgers have them, put into an empty store in one go: every twentieth was refunded in part.</summary>
internal static class ReconciliationSeed
{
    public const long Amount = 54_500;
    public const long Refunded = 10_000;

    private const string Order = "o-0198f3a4b5c67d8e9fa0b1c2";

    public static string OrderId(long number) => $"{Order}{number}";

    public static string PaymentId(long number) => $"pay-{number}";

    public static bool IsRefunded(long number) => number % 20 == 0;

    public static async Task WriteAsync(BenchDatabase database, int payments, DateOnly day, CancellationToken cancellationToken)
    {
        const string columns = "payment_entries (entry_id, order_id, attempt, payment_id, kind, refund_id, amount, occurred_at)";
        var start = BusinessDay.EndOf(day.AddDays(-1)).ToUnixTimeMilliseconds() * 1_000;
        await database.FillAsync(
            payments,
            columns,
            $"'{Order}' || n || '/charged/payment/1', '{Order}' || n, 1, 'pay-' || n, 'charged', NULL, {Amount}, {start} + n * 80000 FROM numbers",
            cancellationToken);
        await database.FillAsync(
            payments,
            columns,
            $"'{Order}' || n || '/refunded/r-1', '{Order}' || n, 1, 'pay-' || n, 'refunded', 'r-1', {Refunded}, {start} + n * 80000 FROM numbers WHERE n % 20 = 0",
            cancellationToken);
        await database.ExecuteAsync("ANALYZE", cancellationToken);
    }
}
