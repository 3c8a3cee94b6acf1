using CsCheck;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Pricing;

public sealed class RefundPricingTests
{
    private static readonly DateTimeOffset Today = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(9));

    [Test]
    public void The_seeds_partial_refund_of_10_000_leaves_20_000()
    {
        var order = Paid([Line("p-1", 3)], Facts(Product("p-1", 10_000)), new OrderPolicies { ShippingFee = Won(0) });

        order = Refund(order, RefundReasons.Defective, Line("p-1"));

        Assert.That((order.Refunds.Single().Card, order.CardKept, order.Status), Is.EqualTo((Won(10_000), Won(20_000), OrderStatus.PartiallyRefunded)));
    }

    [Test]
    public void Hotspot_15_for_the_sellers_fault_the_lines_share_goes_back_whole()
    {
        // 120,000 − 10,000 − 5,500 (the seed's example): each of the two lines was paid with half of 104,500.
        var order = Paid([Line("p-1"), Line("p-2")], SeedFacts());

        var refund = RefundPricing.Of(order, [Line("p-1")], RefundReasons.Defective);

        Assert.That((refund.Card, refund.Points, refund.ReturnFee), Is.EqualTo((Won(52_250), Won(0), Won(0))));
    }

    [Test]
    public void Hotspot_15_on_a_change_of_mind_the_kept_lines_are_priced_as_if_bought_alone()
    {
        var order = Paid([Line("p-1"), Line("p-2")], SeedFacts());

        var refund = RefundPricing.Of(order, [Line("p-1")], RefundReasons.ChangeOfMind);

        // Alone: 60,000 − 10,000 − 2,500 + 3,000 shipping = 50,500; 104,500 − 50,500 − 3,000 return fee.
        Assert.That((refund.Card, refund.ReturnFee), Is.EqualTo((Won(51_000), Won(3_000))));
    }

    [Test]
    public void Hotspot_19_a_coupon_whose_minimum_the_kept_lines_miss_is_not_used_for_them()
    {
        var facts = SeedFacts() with { Coupon = CouponOf(10_000, minimum: 100_000) };
        var order = Paid([Line("p-1"), Line("p-2")], facts);

        var refund = RefundPricing.Of(order, [Line("p-1")], RefundReasons.ChangeOfMind);

        // Alone: 60,000 − 3,000 VIP + 3,000 shipping.
        Assert.That(refund.Card, Is.EqualTo(Won(104_500 - 60_000 - 3_000)));
    }

    [Test]
    public void ReturnFee_and_the_shipping_fee_once_charged_stay_when_the_customer_wishes_to_keep_nothing()
    {
        var order = Paid([Line("p-1", 2)], Facts(Product("p-1", 15_000)));

        var refund = RefundPricing.Of(order, [Line("p-1", 2)], RefundReasons.ChangeOfMind);

        Assert.That((refund.Card, refund.KeepsNothing), Is.EqualTo((Won(27_000), true)));
    }

    [Test]
    public void The_shipping_fee_comes_back_when_all_goes_back_for_the_sellers_fault_in_whatever_steps()
    {
        var order = Paid([Line("p-1", 2)], Facts(Product("p-1", 15_000)));

        order = Refund(order, RefundReasons.WrongItem, Line("p-1"));
        order = Refund(order, RefundReasons.Defective, Line("p-1"));

        Assert.That(order.Refunds.Select(refund => refund.Card), Is.EqualTo(new[] { Won(15_000), Won(18_000) }));
        Assert.That((order.CardLeft, order.Status), Is.EqualTo((Won(0), OrderStatus.Refunded)));
    }

    [Test]
    public void Hotspot_14_a_refund_returns_the_lines_own_shares_of_card_and_points()
    {
        var facts = Facts(Product("p-1", 60_000), Product("p-2", 40_000)) with { Member = Member(points: 50_000) };
        var order = Paid([Line("p-1"), Line("p-2")], facts, points: 10_000);

        var refund = RefundPricing.Of(order, [Line("p-2")], RefundReasons.Defective);

        Assert.That((refund.Card, refund.Points), Is.EqualTo((Won(36_000), Won(4_000))));
    }

    [Test]
    public void A_refund_is_never_below_zero()
    {
        var order = Paid([Line("p-1"), Line("p-2", 9)], Facts(Product("p-1", 2_000), Product("p-2", 11_000)), new OrderPolicies { FreeShippingThreshold = new(101_000) });

        // Without the 2,000 the shipping fee falls due; with the return fee more than the line is worth.
        Assert.That(RefundPricing.Of(order, [Line("p-1")], RefundReasons.ChangeOfMind), Has.Property("Card").EqualTo(Won(0)).And.Property("Points").EqualTo(Won(0)));
    }

    [Test]
    public void A_rejected_refund_leaves_its_share_for_the_next()
    {
        var order = Paid([Line("p-1", 3)], Facts(Product("p-1", 10_001)), new OrderPolicies { ShippingFee = Won(0) });
        var asked = order.RefundAsked("r-1", [Line("p-1")], RefundReasons.Defective, returnRequired: false, Today);
        order = Refund(asked.With(asked.FindRefund("r-1")! with { Status = RefundStatus.Rejected }), RefundReasons.Defective, Line("p-1", 3));

        Assert.That((order.CardLeft, order.IsRefundedWhole), Is.EqualTo((Won(0), true)));
    }

    /// <summary>A quarter of a million orders, with about a million refunds.</summary>
    [Test]
    public void Whatever_goes_back_in_whatever_steps_no_won_is_lost_or_made() => Histories.Sample(
        history =>
        {
            var order = history.Order;
            foreach (var (line, units, reason, rejected) in history.Returns)
            {
                if (order.LinesLeft is not { Count: > 0 } left)
                {
                    break;
                }

                var chosen = left[line % left.Count];
                order = Refund(order, reason, rejected, new LineQuantity(chosen.ProductId, 1 + (units % chosen.Quantity)));
                if (!HoldsTheTruth(order))
                {
                    return false;
                }
            }

            return order.LinesLeft.Count == 0 || HoldsTheTruth(Refund(order, RefundReasons.Defective, [.. order.LinesLeft]));
        },
        iter: 250_000);

    private static Gen<(OrderState Order, (int Line, int Units, string Reason, bool Rejected)[] Returns)> Histories { get; } =
        from prices in Gen.Long[1_000, 90_000].Array[1, 4]
        from quantities in Gen.Int[1, 4].Array[4]
        from coupon in Gen.Long[0, 30_000]
        from minimum in Gen.Long[0, 120_000]
        from vip in Gen.Bool
        from pointsPart in Gen.Int[0, 100]
        from remote in Gen.Bool
        from returns in Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[0, 2].Select(i => RefundReasons.OfCustomers[i]), Gen.Int[0, 4].Select(dice => dice == 0)).Array[1, 6]
        select (Random(prices, quantities, coupon, minimum, vip, pointsPart, remote), returns);

    private static OrderState Random(long[] prices, int[] quantities, long coupon, long minimum, bool vip, int pointsPart, bool remote)
    {
        var facts = Facts([.. prices.Select((price, i) => Product($"p-{i}", price))]) with
        {
            Member = Member(vip ? "VIP" : "GOLD", long.MaxValue),
            Coupon = CouponOf(coupon, minimum),
            Serviceability = new ServiceabilityFact(Deliverable: true, remote),
        };
        LineQuantity[] lines = [.. prices.Select((_, i) => new LineQuantity($"p-{i}", quantities[i]))];
        var payable = OrderPricing.Quote(lines, facts, Won(0), Policies).Amounts.Payable;
        return Paid(lines, facts, points: payable.Amount * pointsPart / 100);
    }

    /// <summary>What is left and what went back make what was paid; nothing is negative; all that went back for the seller's fault went back whole.</summary>
    private static bool HoldsTheTruth(OrderState order)
    {
        var amounts = order.Quote!.Amounts;
        var card = order.Refunds.Where(refund => refund.Status == RefundStatus.Completed).Sum(refund => refund.Card.Amount);
        var points = order.Refunds.Where(refund => refund.Status == RefundStatus.Completed).Sum(refund => refund.Points.Amount);
        var onlySellersFault = order.Refunds.TrueForAll(refund => refund.Status == RefundStatus.Rejected || RefundReasons.IsSellersFault(refund.Reason));
        return order.Refunds.TrueForAll(refund => refund is { Card.Amount: >= 0, Points.Amount: >= 0 })
            && (order.CardLeft, order.PointsLeft) == (amounts.Payable - Won(card), amounts.Points - Won(points))
            && order is { CardLeft.Amount: >= 0, PointsLeft.Amount: >= 0 }
            && (!order.IsRefundedWhole || !onlySellersFault || (order.CardLeft, order.PointsLeft) == (Won(0), Won(0)));
    }

    private static OrderFacts SeedFacts() => Facts(Product("p-1", 60_000), Product("p-2", 60_000)) with { Member = Member("VIP"), Coupon = CouponOf(10_000) };

    private static OrderState Paid(LineQuantity[] lines, OrderFacts facts, OrderPolicies? policies = null, long points = 0)
    {
        var request = Request(lines) with { Points = Won(points) };
        var state = OrderState.From(new OrderInput(request, policies ?? Policies, facts, Today));
        state = state.Priced(OrderPricing.Quote(lines, facts, request.Points, state.Policies), facts) with { Points = Hold.Taken, DeliveredAt = Today };
        return state.Payable == Won(0) ? state.Paid() : state.PaymentAsked("card", Today).PaymentApproved(1, "pay-1", "a-1");
    }

    private static OrderState Refund(OrderState order, string reason, params LineQuantity[] lines) => Refund(order, reason, rejected: false, lines);

    private static OrderState Refund(OrderState order, string reason, bool rejected, params LineQuantity[] lines)
    {
        var refundId = $"r-{order.Refunds.Count + 1}";
        var asked = order.RefundAsked(refundId, lines, reason, returnRequired: false, Today);
        var refund = asked.FindRefund(refundId)!;
        if (rejected)
        {
            return asked.With(refund with { Status = RefundStatus.Rejected });
        }

        return (refund.Card > Won(0) ? asked.PaymentRefunded(1, refund.Card) : asked).RefundCompleted(refundId);
    }
}
