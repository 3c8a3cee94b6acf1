using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Cases;

/// <summary>Cases that went wrong: what earlier refunds took (11 to 16), and related rules.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefundCaseTests
{
    [Test]
    public void Case_11_three_times_30_000_one_unit_back_at_a_time_gives_27_000_each()
    {
        var order = ThreeTimes30_000().Delivered();

        var cards = Enumerable.Range(1, 3).Select(i => order.Refunded($"r-{i}", RefundReasons.ChangeOfMind, [Line("p-1")]).Amount.Card).ToList();

        Assert.That(cards, Is.EqualTo(new[] { Won(27_000), Won(27_000), Won(27_000) }));
        Assert.That((order.Order.Status, order.Ledger.FeeKept, order.Order.CardLeft), Is.EqualTo((OrderStatus.Refunded, Won(9_000), Won(12_000))));
    }

    [Test]
    public void Case_11_the_seeds_order_gives_51_000_then_47_500()
    {
        var order = OrderSpecification.Seed().Delivered();

        var first = order.Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1")]).Amount.Card;
        var second = order.Refunded("r-2", RefundReasons.ChangeOfMind, [Line("p-1")]).Amount.Card;

        Assert.That((first, second), Is.EqualTo((Won(51_000), Won(47_500))));
    }

    [TestCase("r-1", "r-2")]
    [TestCase("r-2", "r-1")]
    public void Case_11_two_open_change_of_mind_refunds_each_give_what_they_would_one_after_the_other(string first, string second)
    {
        var order = ThreeTimes30_000().Delivered()
            .AskRefund("r-1", RefundReasons.ChangeOfMind, [Line("p-1")])
            .AskRefund("r-2", RefundReasons.ChangeOfMind, [Line("p-1", 2)]);

        order.Through(first);
        order.Through(second);

        Assert.That((order.Refund("r-1").Amount.Card, order.Refund("r-2").Amount.Card), Is.EqualTo((Won(27_000), Won(57_000))));
    }

    [Test]
    public void Hotspot_15b_a_rejection_changes_the_amount_of_a_later_open_refund_which_is_estimated_anew()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), Facts(Product("p-1", 110_000), Product("p-2", 30_000))).Delivered()
            .AskRefund("r-1", RefundReasons.ChangeOfMind, [Line("p-1")])
            .AskRefund("r-2", RefundReasons.ChangeOfMind, [Line("p-2")]);
        var estimate = order.Refund("r-2").Amount.Card;

        order.DecideRefund("r-1", approved: false);

        // Before: 33,000 for the second line alone − 3,000, for no shipping fee was charged. After: 140,000 − 110,000 − 3,000.
        Assert.That((estimate, order.Refund("r-2").Amount.Card), Is.EqualTo((Won(30_000), Won(27_000))));
        Assert.That(order.Then.OfType<RefundEstimated>().Single(), Is.EqualTo(new RefundEstimated(order.Now, "r-2", order.Refund("r-2").Amount)));
        order.DecideRefund("r-2", approved: true);
        Assert.That(order.Through("r-2").Amount.Card, Is.EqualTo(Won(27_000)));
    }

    [Test]
    public void Hotspot_15b_a_return_that_an_operator_ends_changes_the_amount_of_a_later_open_refund_which_is_estimated_anew()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), Facts(Product("p-1", 70_000), Product("p-2", 40_000))).Delivered()
            .AskRefund("r-1", RefundReasons.ChangeOfMind, [Line("p-1")])
            .AskRefund("r-2", RefundReasons.ChangeOfMind, [Line("p-2")]);
        var estimate = order.Refund("r-2").Amount.Card;

        order.EndReturn("r-1");

        // Before: the line of 40,000 is the last one, so 43,000 alone less the fees. After: 110,000 with free shipping − 73,000 for the 70,000 alone − 3,000.
        Assert.That(order.Refund("r-2").Amount.Card, Is.EqualTo(Won(34_000)).And.Not.EqualTo(estimate));
        Assert.That(order.Then.OfType<RefundEstimated>().Single(), Is.EqualTo(new RefundEstimated(order.Now, "r-2", order.Refund("r-2").Amount)));
        Assert.That(order.EndReturn("r-1").Then.OfType<RefundEstimated>(), Is.Empty, "the second time");
        Assert.That(order.Through("r-2").Amount.Card, Is.EqualTo(Won(34_000)));
    }

    [Test]
    public void Hotspot_15b_a_partial_cancellation_that_logistics_refuses_changes_what_a_later_one_gives()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), Facts(Product("p-1", 70_000), Product("p-2", 40_000))).Prepared()
            .Cancel(lines: [Line("p-1")], cancellationId: "c-1");
        var later = new Refund("r-2", RefundKind.PartialCancellation, RefundReasons.PartialCancellation, [Line("p-2")], order.Now) { Status = RefundStatus.Processing };
        order.Given(new RefundRequested(order.Now, later with { Amount = RefundPricing.Of(order.Order, later) }));
        var estimate = order.Refund("r-2").Amount;

        order.Stopped(refused: [.. order.Order.Shipments.Select(parcel => parcel.ShipmentId)]);

        Assert.That(order.Then.OfType<PartialCancellationRejected>().Single().RefundId, Is.EqualTo("c-1"));
        Assert.That(order.Refund("r-2").Amount, Is.EqualTo(RefundPricing.Of(order.Order, order.Refund("r-2"))).And.Not.EqualTo(estimate));
    }

    [Test]
    public void Case_12_one_defective_and_three_change_of_mind_units_of_a_completed_order_whose_points_are_spent_give_36_630_together()
    {
        var facts = Facts(Product("p-1", 10_000)) with { Member = Member("BASIC") with { Birthday = null } };
        var order = OrderSpecification.Of(Request(Line("p-1", 4)), facts).Completed();

        var defective = order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")], memberHas: Won(0));
        var changeOfMind = order.Refunded("r-2", RefundReasons.ChangeOfMind, [Line("p-1", 3)], memberHas: Won(0));

        Assert.That(order.Ledger.Accrued, Is.EqualTo(Won(430)));
        Assert.That((defective.Amount.Card, defective.Amount.Withheld), Is.EqualTo((Won(9_900), Won(100))));
        Assert.That((changeOfMind.Amount.Card, changeOfMind.Amount.Withheld), Is.EqualTo((Won(26_730), Won(270))));
        Assert.That(order.Ledger.Refunded, Is.EqualTo(Won(36_630)));
    }

    [Test]
    public void Hotspot_24_the_same_order_of_a_member_who_kept_the_points_gives_all_won_and_takes_the_points()
    {
        var facts = Facts(Product("p-1", 10_000)) with { Member = Member("BASIC") with { Birthday = null } };
        var order = OrderSpecification.Of(Request(Line("p-1", 4)), facts).Completed();

        order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")]);
        order.Refunded("r-2", RefundReasons.ChangeOfMind, [Line("p-1", 3)]);

        Assert.That((order.Ledger.Refunded, order.Ledger.ClawedBack, order.Ledger.Withheld), Is.EqualTo((Won(37_000), Won(370), Won(0))));
    }

    [Test]
    public void Case_13_what_went_back_through_the_seller_still_counts_toward_free_shipping()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2", 4)), Facts(Product("p-1", 60_000), Product("p-2", 15_000))).Delivered();

        var defective = order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")]);
        var changeOfMind = order.Refunded("r-2", RefundReasons.ChangeOfMind, [Line("p-2")]);

        Assert.That((defective.Amount.Card, changeOfMind.Amount.Card), Is.EqualTo((Won(60_000), Won(12_000))));
    }

    [Test]
    public void Case_14_the_shipping_fee_stays_charged_when_the_other_line_is_rejected_afterwards()
    {
        var order = RemoteOrder();

        order.Through("r-b");
        order.DecideRefund("r-a", approved: false);

        Assert.That((order.Refund("r-b").Amount.Card, order.Refund("r-b").Amount.Shipping), Is.EqualTo((Won(20_000), Won(0))));
        Assert.That((order.Ledger.Refunded, order.Order.Status), Is.EqualTo((Won(20_000), OrderStatus.PartiallyRefunded)));
    }

    [Test]
    public void Case_14_the_shipping_fee_comes_back_with_the_other_line_when_it_is_approved_afterwards()
    {
        var order = RemoteOrder();

        order.Through("r-b");
        order.Through("r-a");

        Assert.That((order.Refund("r-a").Amount.Card, order.Refund("r-a").Amount.Shipping), Is.EqualTo((Won(153_000), Won(3_000))));
        Assert.That((order.Ledger.Refunded, order.Order.Status), Is.EqualTo((Won(173_000), OrderStatus.Refunded)));
    }

    [Test]
    public void Case_14_while_a_defective_refund_awaits_its_decision_a_change_of_mind_refund_is_priced_with_its_units_kept()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2", 4)), Facts(Product("p-1", 60_000), Product("p-2", 15_000))).Delivered()
            .AskRefund("r-1", RefundReasons.Defective, [Line("p-1")], returnRequired: false)
            .AskRefund("r-2", RefundReasons.ChangeOfMind, [Line("p-2", 4)]);

        order.Through("r-2");
        order.DecideRefund("r-1", approved: false);

        // The units that stay cost 63,000 alone; the return fee is withheld as well.
        Assert.That(order.Ledger.Refunded, Is.EqualTo(Won(120_000 - 63_000 - 3_000)));
    }

    [Test]
    public void Case_14_once_the_defective_part_is_refunded_a_change_of_mind_refund_of_the_rest_is_priced_with_nothing_kept()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2", 4)), Facts(Product("p-1", 60_000), Product("p-2", 15_000))).Delivered();

        order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")]);

        Assert.That(order.Refunded("r-2", RefundReasons.ChangeOfMind, [Line("p-2", 4)]).Amount.Card, Is.EqualTo(Won(57_000)));
        Assert.That(order.Order.Status, Is.EqualTo(OrderStatus.Refunded));
    }

    [Test]
    public void A_fee_is_never_more_than_there_was_to_take_it_from()
    {
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), Facts(Product("p-1", 500), Product("p-2", 100_000))).Delivered();

        var changeOfMind = order.Refunded("r-1", RefundReasons.ChangeOfMind, [Line("p-1")]);
        var defective = order.Refunded("r-2", RefundReasons.Defective, [Line("p-2")]);

        Assert.That((changeOfMind.Amount.Card, changeOfMind.Amount.Fee, order.Ledger.FeeKept), Is.EqualTo((Won(0), Won(500), Won(500))));
        Assert.That(defective.Amount.Card, Is.EqualTo(Won(100_000)), "the line's share is refunded whole");
    }

    [Test]
    public void Hotspot_24_a_refund_never_withholds_more_than_it_gives()
    {
        var facts = Facts(Product("p-1", 100_000), Product("p-2", 1_000)) with { Member = Member() with { Birthday = null } };
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2", 4)), facts, Policies with { PointAccrualRate = 1m }).Completed();

        var refund = order.Refunded("r-1", RefundReasons.Defective, [Line("p-2")], memberHas: Won(0));

        Assert.That((refund.Amount.Card, refund.Amount.Points, refund.Amount.Withheld), Is.EqualTo((Won(0), Won(0), Won(1_000))));
    }

    [Test]
    public void Case_16_a_claw_back_is_at_the_rate_that_was_accrued_whatever_month_it_is()
    {
        var order = Claimed().At(new(2026, 4, 20, 12, 0, 0, TimeSpan.FromHours(9)));

        order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")], memberHas: Won(600));

        Assert.That(order.Ledger.Accrued, Is.EqualTo(Won(2_000)), "the month of the claimant's birthday");
        Assert.That((order.Ledger.ClawedBack, order.Ledger.Withheld, order.Ledger.Refunded), Is.EqualTo((Won(600), Won(400), Won(49_600))));
    }

    [Test]
    public void Hotspot_26_a_guests_order_accrues_when_it_is_claimed_and_not_before()
    {
        var order = GuestOrder().Completed();
        Assert.That((order.Order.Reward.Status, order.Ledger.Accrued), Is.EqualTo((RewardStatus.None, Won(0))));

        order.Given(new OrderClaimed(order.Now, new ClaimCommand("m-7", "GOLD", new DateOnly(1990, 3, 15))));

        Assert.That((order.Order.Reward.Status, order.Order.Request.MemberId, order.Order.Request.Guest), Is.EqualTo((RewardStatus.Due, "m-7", (GuestContact?)null)));
    }

    private static OrderSpecification ThreeTimes30_000() => OrderSpecification.Of(Request(Line("p-1", 3)), Facts(Product("p-1", 30_000)));

    /// <summary>A 150,000 and B 20,000 to a remote area, both asked back as defective.</summary>
    private static OrderSpecification RemoteOrder()
    {
        var facts = Facts(Product("p-a", 150_000), Product("p-b", 20_000)) with { Serviceability = new ServiceabilityFact(Deliverable: true, Remote: true) };
        return OrderSpecification.Of(Request(Line("p-a"), Line("p-b")), facts).Delivered()
            .AskRefund("r-a", RefundReasons.Defective, [Line("p-a")])
            .AskRefund("r-b", RefundReasons.Defective, [Line("p-b")]);
    }

    private static OrderSpecification GuestOrder() => OrderSpecification.Of(
        Request(Line("p-1", 2)) with { MemberId = null, Guest = new GuestContact("김손님", "010-9999-9999", "guest@example.com") },
        Facts(Product("p-1", 50_000)) with { Member = null },
        at: new(2026, 2, 27, 12, 0, 0, TimeSpan.FromHours(9)));

    /// <summary>Completed on 28 February, claimed on 2 March by a member born in March.</summary>
    private static OrderSpecification Claimed()
    {
        var order = GuestOrder().Delivered().After(TimeSpan.FromDays(1)).Completed().After(TimeSpan.FromDays(2));
        return order.Given(new OrderClaimed(order.Now, new ClaimCommand("m-7", "GOLD", new DateOnly(1990, 3, 15)))).Rewarded();
    }
}
