using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Storage;

/// <summary>Settlement entries to write in tests.</summary>
internal static class Entries
{
    public static DateOnly Day { get; } = new(2026, 1, 15);

    public static DateTimeOffset NoonOf(DateOnly day) => BusinessDay.EndOf(day).AddHours(-12);

    public static SettlementEntry Sale(string sellerId, long sales, DateOnly? day = null, string? orderId = null, long sellerDiscount = 0)
    {
        var id = orderId ?? Orders.NewId();
        return new SettlementEntry(
            $"{id}/sale/p-100", id, SettlementEntryKind.Sale, "p-100", sellerId, "food", 1, new Won(sales), new Won(sellerDiscount), new Won(7), 0.1m,
            new Won(sales - sellerDiscount).AtRate(0.1m), NoonOf(day ?? Day));
    }

    public static SettlementEntry Refund(SettlementEntry sale, DateOnly day) => sale with
    {
        EntryId = $"{sale.OrderId}/refund/r-1/{sale.ProductId}",
        Kind = SettlementEntryKind.Refund,
        Quantity = -sale.Quantity,
        Sales = -sale.Sales,
        SellerDiscount = -sale.SellerDiscount,
        PlatformDiscount = -sale.PlatformDiscount,
        Commission = -sale.Commission,
        At = NoonOf(day),
    };

    /// <summary>The record with which an order writes its entries.</summary>
    public static OrderRecord Record(params SettlementEntry[] entries) =>
        Orders.Record(Snapshots.Of(entries[0].OrderId, status: OrderStatus.Completed), 9, "completed") with { Settlement = entries };
}
