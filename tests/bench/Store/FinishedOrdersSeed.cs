using System.Globalization;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>
/// Finished orders as years of business leave them, each with its snapshot, a line, eight events, a payment and a settled entry. One order in ten holds the
/// best-seller, one in five is of the greatest seller; 20 of them are unpaid and 20 wait for an operator, however many there are.
/// </summary>
internal static class FinishedOrdersSeed
{
    public const string BestSeller = "p-0";
    public const string GreatestSeller = "s-0";
    public const string SmallestSeller = "s-small";

    private const string Prefix = "o-0198f3a4b5c67d8e9fa0b1c2";
    private const int Unfinished = 20;
    private const int EventsOfOrder = 8;

    private static readonly DateTimeOffset First = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Years = TimeSpan.FromDays(700);

    /// <summary>Half of the orders are older.</summary>
    public static DateTimeOffset Middle => First + (Years / 2);

    public static string OrderId(long number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number + 1_000_000}");

    public static string NewOrderId(int number) => string.Create(CultureInfo.InvariantCulture, $"o-1198f3a4b5c67d8e9fa0b1c2{number}");

    /// <summary>A member has twenty orders, however many members there are.</summary>
    public static string MemberId(long number) => string.Create(CultureInfo.InvariantCulture, $"m-{number / 20}");

    public static OrderRecord Record(string orderId, OrderStatus status) => new(
        Snapshots.Of(orderId, status: status, createdAt: First + Years),
        [.. Enumerable.Range(1, EventsOfOrder).Select(number => new OrderEvent(
            $"{orderId}/{number}", "/teams/order", "order.status-changed", orderId, First, JsonSerializer.SerializeToElement(Data)))],
        []);

    public static async Task WriteAsync(BenchDatabase database, int orders, CancellationToken cancellationToken)
    {
        // Snapshots of one order of each kind, in which its id is replaced by each one's.
        string Snapshot(OrderStatus status) =>
            $"replace('{JsonSerializer.Serialize(Snapshots.Of(OrderId(0), status: status), OrderJson.Options).Replace("'", "''", StringComparison.Ordinal)}', '{OrderId(0)}', {Id})";
        var (start, apart) = (First.ToUnixTimeMilliseconds() * 1_000, (long)(Years.TotalMicroseconds / orders));
        await database.FillAsync(
            orders,
            "orders (order_id, member_id, status, needs_attention, created_at, version, snapshot, run_id, closed)",
            $"""
            {Id}, 'm-' || (n / 20), CASE WHEN n <= {Unfinished} THEN 'awaiting-payment' ELSE 'completed' END,
                CASE WHEN n > {Unfinished} AND n <= {2 * Unfinished} THEN 1 ELSE 0 END, {start} + n * {apart}, 1,
                CASE WHEN n <= {Unfinished} THEN {Snapshot(OrderStatus.AwaitingPayment)} ELSE {Snapshot(OrderStatus.Completed)} END,
                'run-1', CASE WHEN n <= {Unfinished} THEN 0 ELSE 1 END
            FROM numbers
            """,
            cancellationToken);
        await database.FillAsync(
            orders,
            "order_lines (order_id, product_id, seller_id, created_at, unpaid)",
            $"""
            {Id}, CASE WHEN n <= {Unfinished} OR n % 10 = 0 THEN '{BestSeller}' ELSE 'p-' || (n % 20000) END,
                CASE WHEN n % 5 = 0 THEN '{GreatestSeller}' WHEN n <= {Unfinished} THEN '{SmallestSeller}' ELSE 's-' || (n % 1000) END,
                {start} + n * {apart}, CASE WHEN n <= {Unfinished} THEN 1 ELSE 0 END
            FROM numbers
            """,
            cancellationToken);
        await database.FillAsync(
            orders * (long)EventsOfOrder,
            "events (commit_group, event_id, source, type, order_id, time, data)",
            $"""
            n / {EventsOfOrder}, 'e-' || n, '/teams/order', 'order.status-changed', '{Prefix}' || (1000000 + n / {EventsOfOrder}),
                '2026-05-01T00:00:00.0000000+00:00', '{JsonSerializer.Serialize(Data)}'
            FROM numbers
            """,
            cancellationToken);
        await database.FillAsync(
            orders,
            "payment_entries (entry_id, order_id, attempt, payment_id, kind, refund_id, amount, occurred_at)",
            $"{Id} || '/charged/payment/1', {Id}, 1, 'pay-' || n, 'charged', NULL, 20000, {start} + n * {apart} FROM numbers",
            cancellationToken);
        await FillSettlementAsync(database, orders, start, apart, cancellationToken);
        await database.ExecuteAsync("UPDATE feed_base SET base = 100000000", cancellationToken);
        await database.ExecuteAsync("ANALYZE", cancellationToken);
    }

    private static object Data => new { status = "completed", amount = 20_000, lines = new[] { new { productId = "p-100", quantity = 2 } }, note = "주문 상태가 바뀌었습니다" };

    private const string Id = $"'{Prefix}' || (1000000 + n)";

    private static async Task FillSettlementAsync(BenchDatabase database, int orders, long start, long apart, CancellationToken cancellationToken)
    {
        await database.FillAsync(
            orders,
            """
            settlement_entries (entry_id, order_id, kind, product_id, seller_id, category_id, quantity, sales, seller_discount,
                platform_discount, commission_rate, commission, occurred_at)
            """,
            $"{Id} || '/sale/p-1', {Id}, 'sale', 'p-1', 's-' || (n % 1000), 'food', 2, 20000, 0, 0, '0.10', 2000, {start} + n * {apart} FROM numbers",
            cancellationToken);
        await database.ExecuteAsync(
            "INSERT INTO statement_lines (entry, day, seller_id) SELECT position, '2025-' || (10 + position % 3) || '-' || (10 + position % 19), seller_id FROM settlement_entries",
            cancellationToken);
    }
}
