using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>A day's completed lines, put into a store in one go: writing them is the orders' work, not settlement's.</summary>
internal static class SettlementSeed
{
    public static async Task WriteAsync(BenchDatabase database, int lines, int sellers, DateOnly day, CancellationToken cancellationToken)
    {
        var noon = BusinessDay.EndOf(day).AddHours(-12).ToUnixTimeMilliseconds() * 1_000;

        // Orders of a day are of any seller: neighbouring lines belong to different ones. Ids are as long as real ones.
        await database.FillAsync(
            lines,
            """
            settlement_entries (entry_id, order_id, kind, product_id, seller_id, category_id, quantity, sales, seller_discount,
                platform_discount, commission_rate, commission, occurred_at)
            """,
            $"""
            'o-0198f3a4b5c67d8e9fa0b1c2' || n || '/sale/p-' || (n % 5000), 'o-0198f3a4b5c67d8e9fa0b1c2' || n, 'sale', 'p-' || (n % 5000),
                's-' || ((n * 7919) % {sellers}), 'fashion', 1, 10000 + n % 90000, 0, 0, '0.10', (10000 + n % 90000) / 10, {noon}
            FROM numbers
            """,
            cancellationToken);
        await database.ExecuteAsync(
            $"INSERT INTO unsettled_entries (entry, occurred_at) SELECT position, occurred_at FROM settlement_entries WHERE occurred_at = {noon}", cancellationToken);
        await database.ExecuteAsync("ANALYZE", cancellationToken);
    }
}
