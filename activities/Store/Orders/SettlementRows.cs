using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Settlement entries in the order database; each is written once, and added once to the unsettled entries.</summary>
internal static class SettlementRows
{
    public const string EntryColumns =
        """
        e.position AS Position, e.entry_id AS EntryId, e.order_id AS OrderId, e.kind AS Kind, e.product_id AS ProductId, e.seller_id AS SellerId,
        e.category_id AS CategoryId, e.quantity AS Quantity, e.sales AS Sales, e.seller_discount AS SellerDiscount,
        e.platform_discount AS PlatformDiscount, e.commission_rate AS CommissionRate, e.commission AS Commission, e.occurred_at AS At
        """;

    /// <summary>The lock under which settlement writes, which serializes its runs.</summary>
    public static Task LockAsync(StoreWrite write, StoreDialect dialect) => write.ExecuteAsync(dialect.LockOrder, new { orderId = "settlement" });

    public static void Add(StoreBatch batch, IEnumerable<SettlementEntry> entries)
    {
        foreach (var entry in entries)
        {
            batch.Add(
                """
                INSERT INTO settlement_entries (entry_id, order_id, kind, product_id, seller_id, category_id, quantity, sales, seller_discount,
                    platform_discount, commission_rate, commission, occurred_at)
                VALUES (@EntryId, @OrderId, @kind, @ProductId, @SellerId, @CategoryId, @quantity, @sales, @sellerDiscount, @platformDiscount, @rate,
                    @commission, @at)
                ON CONFLICT (entry_id) DO NOTHING
                """,
                Parameters(entry));
            batch.Add(
                """
                INSERT INTO unsettled_entries (entry, occurred_at)
                SELECT position, occurred_at FROM settlement_entries e
                WHERE entry_id = @EntryId AND NOT EXISTS (SELECT 1 FROM statement_lines l WHERE l.entry = e.position)
                ON CONFLICT (entry) DO NOTHING
                """,
                new { entry.EntryId });
        }
    }

    public static SettlementEntryKind Kind(string name) => name == "sale" ? SettlementEntryKind.Sale : SettlementEntryKind.Refund;

    private static object Parameters(SettlementEntry entry) => new
    {
        entry.EntryId,
        entry.OrderId,
        kind = KebabCase.Name(entry.Kind),
        entry.ProductId,
        entry.SellerId,
        entry.CategoryId,
        quantity = (long)entry.Quantity,
        sales = entry.Sales.Amount,
        sellerDiscount = entry.SellerDiscount.Amount,
        platformDiscount = entry.PlatformDiscount.Amount,
        rate = entry.CommissionRate.ToString(CultureInfo.InvariantCulture),
        commission = entry.Commission.Amount,
        at = StoreTime.ToStore(entry.At),
    };
}

/// <summary>An entry as its row.</summary>
internal sealed record EntryRow(
    long Position,
    string EntryId,
    string OrderId,
    string Kind,
    string ProductId,
    string SellerId,
    string CategoryId,
    long Quantity,
    long Sales,
    long SellerDiscount,
    long PlatformDiscount,
    string CommissionRate,
    long Commission,
    long At)
{
    public SettlementEntry ToEntry() => new(
        EntryId,
        OrderId,
        SettlementRows.Kind(Kind),
        ProductId,
        SellerId,
        CategoryId,
        (int)Quantity,
        new Won(Sales),
        new Won(SellerDiscount),
        new Won(PlatformDiscount),
        decimal.Parse(CommissionRate, CultureInfo.InvariantCulture),
        new Won(Commission),
        StoreTime.FromStore(At));
}
