using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Pricing;

/// <summary>A priced order: what each line and the whole order cost, before payment.</summary>
public sealed record OrderQuote(IReadOnlyList<QuotedLine> Lines, OrderAmounts Amounts, Won ShippingCard, Won ShippingPoints)
{
    /// <summary>What is deducted from the product amount: coupon and tier together, after the cap.</summary>
    public Won Discount => Amounts.CouponDiscount + Amounts.TierDiscount;
}

/// <summary>
/// One line of a quote. <c>Paid = UnitPrice × Quantity − CouponShare − TierShare = CardShare + PointsShare</c>.
/// </summary>
/// <param name="UnitPrice">The product's price after the better of its product and category discount (hotspot 20).</param>
/// <param name="CardShare">The part of the line that is paid by card; <paramref name="PointsShare"/> is the rest (hotspot 14).</param>
public sealed record QuotedLine(
    string ProductId,
    string SellerId,
    string CategoryId,
    string Name,
    int Quantity,
    bool PreOrder,
    Won UnitPrice,
    Won CouponShare,
    Won TierShare,
    Won CardShare,
    Won PointsShare)
{
    /// <summary>Product amount of the line before coupon and tier.</summary>
    public Won Amount => UnitPrice * Quantity;

    /// <summary>The line's share of coupon and tier.</summary>
    public Won Discount => CouponShare + TierShare;

    /// <summary>What the customer pays for the line, card and points together.</summary>
    public Won Paid => Amount - Discount;
}
