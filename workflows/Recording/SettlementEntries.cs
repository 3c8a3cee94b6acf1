using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>
/// The settlement entries of an order (seed §5.7): one for each line that is retained when it completes, and a negative one for each line of a later
/// refund. A refund before completion has no entries.
/// </summary>
public static class SettlementEntries
{
    /// <summary>The sale of the units that were neither refunded nor cancelled before.</summary>
    public static IReadOnlyList<SettlementEntry> OfCompletion(Order completed) =>
        [.. completed.Quote!.Lines.Select(line => Sale(completed, line, GoneBefore(completed, line.ProductId))).Where(entry => entry.Quantity > 0)];

    /// <summary>The reversal of a refund's units. Each unit has its running share, so refunds in any steps reverse exactly the sale.</summary>
    /// <param name="order">The order after the refund is completed.</param>
    public static IReadOnlyList<SettlementEntry> OfRefund(Order order, Refund refund, DateTimeOffset at) => !order.IsCompleted
        ? []
        : [.. OrderPricing.Merge(refund.Units)
            .Select(unit => (Sale: Sale(order, order.Quote!.Lines.Single(line => line.ProductId == unit.ProductId), GoneBefore(order, unit.ProductId)), unit.Quantity))
            .Where(unit => unit.Sale.Quantity > 0)
            .Select(unit => Reverse(order, unit.Sale, unit.Quantity, refund, at))];

    /// <summary>Units that had left the order when it completed.</summary>
    private static int GoneBefore(Order order, string productId) => order.CancelledQuantity(productId)
        + order.Refunds.Where(refund => refund.Status == RefundStatus.Completed && refund.TakesUnits() && refund.Kind != RefundKind.PartialCancellation && !IsAfterCompletion(order, refund))
            .SelectMany(refund => refund.Units)
            .Where(unit => unit.ProductId == productId)
            .Sum(unit => unit.Quantity);

    /// <summary>An order with an open refund cannot be completed, so a refund either completed before the completion or was requested after it.</summary>
    private static bool IsAfterCompletion(Order order, Refund refund) => refund.RequestedAt >= order.CompletedAt;

    private static SettlementEntry Sale(Order order, QuotedLine line, int gone)
    {
        var retained = line.Quantity - gone;
        var sellerBears = line.CouponShare.AtRate(order.Facts?.Coupon?.SellerShare ?? 0m);
        var sales = line.UnitPrice * retained;
        var sellerDiscount = Shares.OfUnits(sellerBears, gone, retained, line.Quantity);
        var rate = order.Policies.CommissionRates.Of(line.CategoryId);
        return new SettlementEntry(
            $"{order.OrderId}/sale/{line.ProductId}",
            order.OrderId,
            SettlementEntryKind.Sale,
            line.ProductId,
            line.SellerId,
            line.CategoryId,
            retained,
            sales,
            sellerDiscount,
            Shares.OfUnits(line.Discount - sellerBears, gone, retained, line.Quantity),
            rate,
            (sales - sellerDiscount).AtRate(rate),
            order.CompletedAt!.Value);
    }

    private static SettlementEntry Reverse(Order order, SettlementEntry sale, int units, Refund refund, DateTimeOffset at)
    {
        var before = order.Refunds
            .Where(known => known.RefundId != refund.RefundId && known.Status == RefundStatus.Completed && known.TakesUnits() && IsAfterCompletion(order, known))
            .SelectMany(known => known.Units)
            .Where(unit => unit.ProductId == sale.ProductId)
            .Sum(unit => unit.Quantity);
        return sale with
        {
            EntryId = $"{sale.OrderId}/refund/{refund.RefundId}/{sale.ProductId}",
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
