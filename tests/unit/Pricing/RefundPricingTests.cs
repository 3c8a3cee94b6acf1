using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Pricing;

/// <summary>What one refund gives back (hotspots 14, 15, 19). Histories of several are in <c>Model</c> and <c>Cases</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefundPricingTests
{
    [Test]
    public void The_seeds_partial_refund_of_10_000_leaves_20_000()
    {
        var order = Delivered([Line("p-1", 3)], Facts(Product("p-1", 10_000)), new OrderPolicies { ShippingFee = Won(0) });

        var refund = order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")]);

        Assert.That((refund.Amount.Card, order.Order.CardLeft, order.Order.Status), Is.EqualTo((Won(10_000), Won(20_000), OrderStatus.PartiallyRefunded)));
    }

    [Test]
    public void Hotspot_15_for_the_sellers_fault_the_lines_share_goes_back_whole()
    {
        // 120,000 − 10,000 − 5,500 (the seed's example): each of the two lines was paid with half of 104,500.
        var refund = Delivered([Line("p-1"), Line("p-2")], SeedFacts()).Refunded("r-1", RefundReasons.Defective, [Line("p-1")]);

        Assert.That((refund.Amount.Card, refund.Amount.Points, refund.Amount.Fee), Is.EqualTo((Won(52_250), Won(0), Won(0))));
    }

    [Test]
    public void Hotspot_15_on_a_change_of_mind_the_kept_lines_are_priced_as_if_bought_alone()
    {
        var refund = Delivered([Line("p-1"), Line("p-2")], SeedFacts()).Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1")]);

        // Alone: 60,000 − 10,000 − 2,500 + 3,000 shipping = 50,500; 104,500 − 50,500 − 3,000 return fee.
        Assert.That((refund.Amount.Card, refund.Amount.Fee), Is.EqualTo((Won(51_000), Won(3_000))));
    }

    [Test]
    public void Hotspot_19_a_coupon_whose_minimum_the_kept_lines_miss_is_not_used_for_them()
    {
        var facts = SeedFacts() with { Coupon = CouponOf(10_000, minimum: 100_000) };

        var refund = Delivered([Line("p-1"), Line("p-2")], facts).Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1")]);

        // Alone: 60,000 − 3,000 VIP + 3,000 shipping.
        Assert.That(refund.Amount.Card, Is.EqualTo(Won(104_500 - 60_000 - 3_000)));
    }

    [Test]
    public void ReturnFee_and_the_shipping_fee_once_charged_stay_when_the_customer_wishes_to_keep_nothing()
    {
        var refund = Delivered([Line("p-1", 2)], Facts(Product("p-1", 15_000))).Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1", 2)]);

        Assert.That((refund.Amount.Card, refund.Amount.Fee, refund.Amount.KeepsNothing), Is.EqualTo((Won(27_000), Won(3_000), true)));
    }

    [Test]
    public void The_shipping_fee_comes_back_when_all_goes_back_for_the_sellers_fault_in_whatever_steps()
    {
        var order = Delivered([Line("p-1", 2)], Facts(Product("p-1", 15_000)));

        order.Refunded("r-1", RefundReasons.WrongItem, [Line("p-1")]);
        order.Refunded("r-2", RefundReasons.Defective, [Line("p-1")]);

        Assert.That(order.Order.Refunds.Select(refund => refund.Amount.Card), Is.EqualTo(new[] { Won(15_000), Won(18_000) }));
        Assert.That(order.Order.Refunds[1].Amount.Shipping, Is.EqualTo(Won(3_000)));
        Assert.That((order.Order.CardLeft, order.Order.Status), Is.EqualTo((Won(0), OrderStatus.Refunded)));
    }

    [Test]
    public void Hotspot_14_a_refund_returns_the_lines_own_shares_of_card_and_points()
    {
        var facts = Facts(Product("p-1", 60_000), Product("p-2", 40_000)) with { Member = Member(points: 50_000) };

        var refund = Delivered([Line("p-1"), Line("p-2")], facts, points: 10_000).Refunded("r-1", RefundReasons.Defective, [Line("p-2")]);

        Assert.That((refund.Amount.Card, refund.Amount.Points), Is.EqualTo((Won(36_000), Won(4_000))));
    }

    [Test]
    public void A_refund_is_never_below_zero()
    {
        var order = Delivered([Line("p-1"), Line("p-2", 9)], Facts(Product("p-1", 2_000), Product("p-2", 11_000)), new OrderPolicies { FreeShippingThreshold = new(101_000) });

        // Without the 2,000 the shipping fee falls due; with the return fee more than the line is worth.
        Assert.That(order.Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1")]).Amount.Size(), Is.EqualTo(Won(0)));
        Assert.That(order.Ledger.Refunded, Is.EqualTo(Won(0)));
    }

    [Test]
    public void A_rejected_refund_leaves_its_share_for_the_next()
    {
        var order = Delivered([Line("p-1", 3)], Facts(Product("p-1", 10_001)), new OrderPolicies { ShippingFee = Won(0) });
        order.AskRefund("r-1", RefundReasons.Defective, [Line("p-1")], returnRequired: false).DecideRefund("r-1", approved: false);
        order.Refunded("r-2", RefundReasons.Defective, [Line("p-1", 3)]);

        Assert.That((order.Order.CardLeft, order.Order.IsRefundedWhole), Is.EqualTo((Won(0), true)));
    }

    private static OrderFacts SeedFacts() => Facts(Product("p-1", 60_000), Product("p-2", 60_000)) with { Member = Member("VIP"), Coupon = CouponOf(10_000) };

    private static OrderSpecification Delivered(LineQuantity[] lines, OrderFacts facts, OrderPolicies? policies = null, long points = 0) =>
        OrderSpecification.Of(Request(lines) with { Points = Won(points), CouponCode = facts.Coupon?.Code }, facts, policies).Delivered();
}
