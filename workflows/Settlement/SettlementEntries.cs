using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// What an order means for its sellers (seed §5.7): an entry for each line that is kept when it completes, a negative one for each line of a
/// refund after that. A refund before completion leaves nothing to settle.
/// </summary>
public static class SettlementEntries
{
    /// <summary>The sale of the units that were not refunded before.</summary>
    public static IReadOnlyList<SettlementEntry> OfCompletion(OrderState order, DateTimeOffset at) =>
        [.. order.Quote!.Lines.Select(line => Sale(order, line, at)).Where(entry => entry.Quantity > 0)];

    /// <summary>
    /// The reverse of what <paramref name="lines"/> brought their sellers. Each unit takes its running share, so refunds in any steps take back
    /// exactly the sale. An order that has not completed, or a refund that is in its entries already, has nothing to reverse.
    /// </summary>
    public static IReadOnlyList<SettlementEntry> OfRefund(
        OrderState order, IReadOnlyList<LineQuantity> lines, string refundId, DateTimeOffset at) =>
    [
        .. OrderPricing.Merge(lines)
            .Select(line => (Sale: order.Settled.Find(entry => entry.Kind == SettlementEntryKind.Sale && entry.ProductId == line.ProductId), line.Quantity))
            .Where(line => line.Sale is not null)
            .Select(line => Reverse(order, line.Sale!, line.Quantity, refundId, at))
            .Where(reverse => !order.Settled.Exists(entry => entry.EntryId == reverse.EntryId)),
    ];

    private static SettlementEntry Sale(OrderState order, QuotedLine line, DateTimeOffset at)
    {
        var refunded = order.RefundedQuantity(line.ProductId);
        var kept = line.Quantity - refunded;
        var sellerBears = line.CouponShare.AtRate(order.CouponSellerShare);
        var sales = line.UnitPrice * kept;
        var sellerDiscount = Shares.OfUnits(sellerBears, refunded, kept, line.Quantity);
        var rate = order.Policies.CommissionRates.Of(line.CategoryId);
        return new SettlementEntry(
            $"{order.OrderId}/sale/{line.ProductId}",
            order.OrderId,
            SettlementEntryKind.Sale,
            line.ProductId,
            line.SellerId,
            line.CategoryId,
            kept,
            sales,
            sellerDiscount,
            Shares.OfUnits(line.Discount - sellerBears, refunded, kept, line.Quantity),
            rate,
            (sales - sellerDiscount).AtRate(rate),
            at);
    }

    private static SettlementEntry Reverse(OrderState order, SettlementEntry sale, int units, string refundId, DateTimeOffset at)
    {
        var before = order.Settled.Where(entry => entry.Kind == SettlementEntryKind.Refund && entry.ProductId == sale.ProductId).Sum(entry => -entry.Quantity);
        return sale with
        {
            EntryId = $"{sale.OrderId}/refund/{refundId}/{sale.ProductId}",
            Kind = SettlementEntryKind.Refund,
            Quantity = -units,
            Sales = Back(sale.Sales),
            SellerDiscount = Back(sale.SellerDiscount),
            PlatformDiscount = Back(sale.PlatformDiscount),
            Commission = Back(sale.Commission),
            At = at,
        };

        Won Back(Won total) => -Shares.OfUnits(total, before, units, sale.Quantity);
    }
}
