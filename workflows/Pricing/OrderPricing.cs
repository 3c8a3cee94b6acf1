using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Pricing;

/// <summary>
/// Prices an order (seed §5.6, domain §3 and §4): the better of product and category discount per line, then the coupon, then the tier on
/// what is left, both under the cap; then shipping, evaluated on the product amount after discounts; points last.
/// </summary>
public static class OrderPricing
{
    /// <summary>The tier whose members get <see cref="OrderPolicies.VipDiscountRate"/>.</summary>
    public const string VipTier = "VIP";

    /// <summary>
    /// Prices <paramref name="lines"/> from the teams' answers. Lines of one product are one line. A quote is only valid for an order that <see
    /// cref="Rules.OrderRules"/> admits.
    /// </summary>
    public static OrderQuote Quote(IReadOnlyList<LineQuantity> lines, OrderFacts facts, Won points, OrderPolicies policies)
    {
        var products = facts.Products.ToDictionary(product => product.ProductId, StringComparer.Ordinal);
        var priced = Merge(lines).Select(line => (Product: products[line.ProductId], line.Quantity, UnitPrice: UnitPrice(products[line.ProductId]))).ToList();
        var amounts = priced.Select(line => line.UnitPrice * line.Quantity).ToList();
        var items = Sum(amounts);

        var cap = items.AtRate(policies.MaxDiscountRate);
        var coupon = Won.Min(CouponDiscount(facts.Coupon, items), cap);
        var tier = Won.Min(TierDiscount(facts.Member, items - coupon, policies), cap - coupon);
        var shipping = ShippingFee(items - coupon - tier, facts.Serviceability.Remote, policies);
        var total = items - coupon - tier + shipping;
        var payable = total - points;

        var couponShares = Shares.ByLargestRemainder(coupon, amounts);
        var tierShares = Shares.ByLargestRemainder(tier, [.. amounts.Select((amount, i) => amount - couponShares[i])]);
        var paid = amounts.Select((amount, i) => amount - couponShares[i] - tierShares[i]).ToList();

        // The rules refuse points above the total, but they quote first, so the split must not fail on such points.
        var pointShares = Shares.ByLargestRemainder(Won.Min(Won.Max(points, Won.Zero), total), [.. paid, shipping]);

        return new OrderQuote(
            [.. priced.Select((line, i) => new QuotedLine(
                line.Product.ProductId, line.Product.SellerId, line.Product.CategoryId, line.Product.Name, line.Quantity, line.Product.PreOrder,
                line.UnitPrice, couponShares[i], tierShares[i], paid[i] - pointShares[i], pointShares[i]))],
            new OrderAmounts(items, coupon, tier, shipping, points, payable),
            shipping - pointShares[^1],
            pointShares[^1]);
    }

    /// <summary>The price of one unit after the better of the product's and its category's discount, never both (hotspot 20), never below zero.</summary>
    public static Won UnitPrice(ProductFact product)
    {
        var best = Won.Zero;
        foreach (var discount in product.Discounts)
        {
            best = Won.Max(best, AmountOf(discount.Kind, discount.Value, product.Price));
        }

        return product.Price - best;
    }

    /// <summary>Product amount before coupon and tier: what the minimum order amount and a coupon's condition are evaluated on.</summary>
    public static Won Items(IReadOnlyList<LineQuantity> lines, IReadOnlyList<ProductFact> products)
    {
        var unitPrices = products.ToDictionary(product => product.ProductId, UnitPrice, StringComparer.Ordinal);
        return Sum(lines.Select(line => unitPrices[line.ProductId] * line.Quantity));
    }

    /// <summary>What a coupon takes off <paramref name="items"/>: its amount or rate, at most its own maximum, at most the amount itself.</summary>
    public static Won CouponDiscount(CouponFact? coupon, Won items)
    {
        if (coupon is not { Valid: true })
        {
            return Won.Zero;
        }

        var discount = AmountOf(coupon.Kind, coupon.Value, items);
        return coupon.MaxDiscount is { } maximum ? Won.Min(discount, maximum) : discount;
    }

    /// <summary>Lines of one product become one line, in the order of their first mention.</summary>
    public static IReadOnlyList<LineQuantity> Merge(IReadOnlyList<LineQuantity> lines) =>
        [.. lines.GroupBy(line => line.ProductId, StringComparer.Ordinal).Select(group => new LineQuantity(group.Key, group.Sum(line => line.Quantity)))];

    /// <summary>The shipping fee for a product amount after discounts; the remote surcharge is charged even where shipping is free (hotspot 13).</summary>
    public static Won ShippingFee(Won discountedItems, bool remote, OrderPolicies policies)
    {
        var fee = discountedItems >= policies.FreeShippingThreshold ? Won.Zero : policies.ShippingFee;
        return remote ? fee + policies.RemoteAreaSurcharge : fee;
    }

    private static Won TierDiscount(MemberFact? member, Won amount, OrderPolicies policies) =>
        string.Equals(member?.Tier, VipTier, StringComparison.OrdinalIgnoreCase) ? amount.AtRate(policies.VipDiscountRate) : Won.Zero;

    private static Won AmountOf(DiscountKind kind, decimal value, Won of)
    {
        var amount = kind == DiscountKind.Rate ? of.AtRate(value) : new Won((long)decimal.Floor(value));
        return Won.Max(Won.Zero, Won.Min(amount, of));
    }

    private static Won Sum(IEnumerable<Won> amounts) => amounts.Aggregate(Won.Zero, (sum, amount) => sum + amount);
}
