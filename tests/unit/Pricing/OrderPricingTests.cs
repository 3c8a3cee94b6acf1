using CsCheck;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Pricing;

[Parallelizable(ParallelScope.All)]
public sealed class OrderPricingTests
{
    [Test]
    public void The_example_of_the_seed_comes_out_to_the_won()
    {
        var facts = Facts(Product("p-1", 60_000)) with { Member = Member("VIP"), Coupon = CouponOf(10_000) };

        var quote = OrderPricing.Quote([Line("p-1", 2)], facts, points: default, Policies);

        Assert.That(quote.Amounts, Is.EqualTo(new OrderAmounts(Won(120_000), Won(10_000), Won(5_500), Won(0), Won(0), Won(104_500))));
    }

    [Test]
    public void Hotspot_20_of_product_and_category_discount_the_better_one_counts_and_never_both()
    {
        var product = Product(
            "p-1",
            10_000,
            new ProductDiscount(DiscountScope.Product, DiscountKind.Rate, 0.1m),
            new ProductDiscount(DiscountScope.Category, DiscountKind.Amount, 1_500m));

        Assert.That(OrderPricing.UnitPrice(product), Is.EqualTo(Won(8_500)));
    }

    [Test]
    public void A_discount_never_makes_a_price_negative() =>
        Assert.That(OrderPricing.UnitPrice(Product("p-1", 1_000, new ProductDiscount(DiscountScope.Product, DiscountKind.Amount, 5_000m))), Is.EqualTo(Won(0)));

    [Test]
    public void A_rate_rounds_down_to_the_won() =>
        Assert.That(OrderPricing.UnitPrice(Product("p-1", 999, new ProductDiscount(DiscountScope.Product, DiscountKind.Rate, 0.1m))), Is.EqualTo(Won(900)));

    [Test]
    public void A_coupons_own_maximum_holds() =>
        Assert.That(OrderPricing.CouponDiscount(CouponOfRate(0.2m, maximum: 3_000), Won(50_000)), Is.EqualTo(Won(3_000)));

    [Test]
    public void Coupon_and_tier_together_never_exceed_the_cap()
    {
        var facts = Facts(Product("p-1", 20_000)) with { Member = Member("VIP"), Coupon = CouponOf(9_900) };

        var amounts = OrderPricing.Quote([Line("p-1")], facts, default, Policies).Amounts;

        Assert.That((amounts.CouponDiscount, amounts.TierDiscount), Is.EqualTo((Won(9_900), Won(100))));
    }

    [TestCase(100_000, false, 0)]
    [TestCase(99_999, false, 3_000)]
    [TestCase(100_000, true, 3_000)]
    [TestCase(99_999, true, 6_000)]
    public void Shipping_is_free_from_the_threshold_and_the_remote_surcharge_is_charged_even_then(long amount, bool remote, long fee) =>
        Assert.That(OrderPricing.ShippingFee(Won(amount), remote, Policies), Is.EqualTo(Won(fee)));

    [Test]
    public void Free_shipping_is_judged_after_discounts_and_before_points()
    {
        var discounted = Facts(Product("p-1", 105_000)) with { Coupon = CouponOf(10_000) };
        var withPoints = Facts(Product("p-1", 105_000)) with { Member = Member(points: 50_000) };

        Assert.That(OrderPricing.Quote([Line("p-1")], discounted, default, Policies).Amounts.ShippingFee, Is.EqualTo(Won(3_000)));
        Assert.That(OrderPricing.Quote([Line("p-1")], withPoints, Won(50_000), Policies).Amounts.ShippingFee, Is.EqualTo(Won(0)));
    }

    [Test]
    public void Several_lines_are_charged_once_each()
    {
        var facts = Facts(Product("p-1", 10_000), Product("p-2", 20_000), Product("p-3", 30_000));

        var amounts = OrderPricing.Quote([Line("p-1"), Line("p-2"), Line("p-3")], facts, default, Policies).Amounts;

        Assert.That((amounts.Items, amounts.Payable), Is.EqualTo((Won(60_000), Won(63_000))));
    }

    [Test]
    public void A_product_named_twice_is_one_line() =>
        Assert.That(OrderPricing.Quote([Line("p-1", 1), Line("p-1", 2)], Facts(Product("p-1", 10_000)), default, Policies).Lines.Single().Quantity, Is.EqualTo(3));

    [Test]
    public void Whatever_is_ordered_the_lines_carry_the_whole_order_to_the_won() =>
        GenOrder.Sample(order =>
        {
            var quote = OrderPricing.Quote(order.Lines, order.Facts, order.Points, Policies);
            var amounts = quote.Amounts;

            Assert.That(amounts.Payable, Is.EqualTo(amounts.Items - quote.Discount + amounts.ShippingFee - amounts.Points));
            Assert.That(Sum(quote.Lines.Select(line => line.Discount)), Is.EqualTo(quote.Discount));
            Assert.That(Sum(quote.Lines.Select(line => line.CardShare)) + quote.ShippingCard, Is.EqualTo(amounts.Payable));
            Assert.That(Sum(quote.Lines.Select(line => line.PointsShare)) + quote.ShippingPoints, Is.EqualTo(amounts.Points));
            Assert.That(quote.Lines.All(line => line is { CardShare.Amount: >= 0, PointsShare.Amount: >= 0, Discount.Amount: >= 0, Paid.Amount: >= 0 }));
            Assert.That(quote.Discount, Is.LessThanOrEqualTo(amounts.Items.AtRate(Policies.MaxDiscountRate)));
        });

    private static readonly Gen<(LineQuantity[] Lines, OrderFacts Facts, Won Points)> GenOrder =
        from prices in Gen.Long[0, 500_000].Array[1, 8]
        from quantities in Gen.Int[1, 9].Array[8]
        from coupon in Gen.Long[0, 80_000]
        from rate in Gen.Int[0, 100]
        from vip in Gen.Bool
        from remote in Gen.Bool
        from pointsPerMille in Gen.Int[0, 1000]
        select Order(prices, quantities, rate % 2 == 0 ? CouponOf(coupon) : CouponOfRate(rate / 100m, coupon), vip, remote, pointsPerMille);

    private static (LineQuantity[] Lines, OrderFacts Facts, Won Points) Order(
        long[] prices, int[] quantities, CouponFact coupon, bool vip, bool remote, int pointsPerMille)
    {
        var lines = prices.Select((_, i) => Line($"p-{i}", quantities[i])).ToArray();
        var facts = Facts([.. prices.Select((price, i) => Product($"p-{i}", price))]) with
        {
            Member = Member(vip ? "VIP" : "GOLD", long.MaxValue),
            Coupon = coupon,
            Serviceability = new ServiceabilityFact(Deliverable: true, remote),
        };
        var payable = OrderPricing.Quote(lines, facts, default, Policies).Amounts.Payable;
        return (lines, facts, payable.AtRate(pointsPerMille / 1000m));
    }

    private static Won Sum(IEnumerable<Won> amounts) => amounts.Aggregate((sum, amount) => sum + amount);
}
