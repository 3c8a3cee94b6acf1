using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Cases;

/// <summary>Cases that went wrong: what comes from outside while an order is placed (25, 26, 28).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PlacingCaseTests
{
    [TestCase(-1.0)]
    [TestCase(0.0)]
    [TestCase(0.9)]
    [TestCase(60.0)]
    [TestCase(null)]
    public void Case_26_a_reservation_lives_by_our_own_ttl_whatever_the_teams_clock_says(double? minutes)
    {
        var order = Asking();

        Reserved(order, order.Answer(minutes is { } m ? order.Now.AddMinutes(m) : null));

        Assert.That(order.Order.Stock.ExpiresAt, Is.EqualTo(order.Now.AddMinutes(30)));
    }

    [TestCase(1)]
    [TestCase(10)]
    public void Case_26_an_earlier_expiry_that_leaves_a_minute_is_believed(int minutes)
    {
        var order = Asking();

        Reserved(order, order.Answer(order.Now.AddMinutes(minutes)));

        Assert.That(order.Order.Stock.ExpiresAt, Is.EqualTo(order.Now.AddMinutes(minutes)));
    }

    [Test]
    public void Case_26_the_ttl_counts_from_our_asking_though_the_answer_is_late()
    {
        var order = Asking().After(TimeSpan.FromMinutes(4));

        Reserved(order, order.Answer());

        Assert.That(order.Order.Stock.ExpiresAt, Is.EqualTo(OrderSpecification.Start.AddMinutes(30)));
    }

    [Test]
    public void Case_26_a_reservation_that_covers_less_more_or_something_else_is_not_believed()
    {
        var order = Asking();
        ReservedLine[][] answers =
        [
            [],
            [new("p-1", 1, "w-1"), new("p-2", 1, "w-1")],
            [new("p-1", 2, "w-1")],
            [new("p-1", 3, "w-1"), new("p-2", 1, "w-1")],
            [new("p-1", 2, "w-1"), new("p-3", 1, "w-1")],
            [new("p-1", 2, "w-1"), new("p-2", 1, "w-1"), new("p-3", 1, "w-1")],
            [new("p-1", 3, "w-1"), new("p-1", -1, "w-2"), new("p-2", 1, "w-1")],
            [new("p-1", 2, "w-1"), new("p-2", 1, "w-1"), new("p-3", 0, "w-1")],
        ];

        Assert.That(answers.Select(lines => PlacingRules.Reserved(order.Order, order.Answer() with { Lines = lines }, order.Now)), Is.All.Null);
    }

    [Test]
    public void Case_26_nothing_is_charged_on_a_reservation_that_is_not_believed_and_the_error_names_both_sides()
    {
        var order = Asking();
        var answer = order.Answer() with { Lines = [new("p-1", 1, "w-1")] };
        order.Given(new StockReservationMismatched(order.Now, "res-1"));

        Assert.That((order.Order.Stock.Status, order.Order.Stock.ReservationId, order.Order.Payments.Count), Is.EqualTo((StockStatus.Requested, "res-1", 0)));
        Assert.That(PlacingRules.Mismatch(order.Order, answer), Does.Contain("2 × p-1, 1 × p-2").And.Contain("received 1 × p-1"));
        Assert.That(order.When(PayingRules.Pay(order.Order, new PayCommand("card")), () => []).Refused?.Slug, Is.EqualTo("not-payable"));
    }

    [Test]
    public void Hotspot_9_a_line_that_comes_from_two_warehouses_is_covered()
    {
        var order = Asking();

        Reserved(order, order.Answer() with { Lines = [new("p-1", 1, "w-1"), new("p-1", 1, "w-2"), new("p-2", 1, "w-1")] });

        Assert.That(order.Order.Stock.Status, Is.EqualTo(StockStatus.Reserved));
        Assert.That(order.Order.Ledger.Single(entry => entry.Kind == LedgerKind.Reserved).Units, Is.EqualTo(new[] { Line("p-1", 2), Line("p-2") }));
    }

    [Test]
    public void A_shortage_ends_the_order_and_says_what_is_short()
    {
        var order = Asking();

        Reserved(order, new StockReservationAnswer(null, null, [], [new("p-1", 1, 2)], ["p-7"]));

        Assert.That((order.Order.Status, order.Order.Cancellation?.Reason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.StockShortage)));
        Assert.That((order.Order.Rejection?.Slug, order.Order.Rejection!.Details.GetProperty("orderId").GetString()), Is.EqualTo(("stock-shortage", "o-1")));
        Assert.That(order.Order.Ledger, Is.Empty);
    }

    [Test]
    public void A_reservation_opens_the_first_attempt_where_the_customer_gave_a_method()
    {
        var order = OrderSpecification.Simple(payment: new PaymentChoice("card")).Reserved();

        Assert.That((order.Order.OpenAttempt?.Number, order.Order.OpenAttempt?.Amount, order.Order.Status), Is.EqualTo((1, Won(120_000), OrderStatus.AwaitingPayment)));
    }

    [Test]
    public void Nothing_left_to_pay_by_card_pays_the_order_at_once()
    {
        var order = OrderSpecification.Of(Request(Line("p-1")) with { Points = Won(13_000) }, Facts(Product("p-1", 10_000)) with { Member = Member(points: 13_000) }).Reserved();

        Assert.That((order.Order.IsPaid, order.Order.Payments.Count, order.Order.Status), Is.EqualTo((true, 0, OrderStatus.Paid)));
    }

    [Test]
    public void A_pre_order_is_in_no_reservation_and_waits_for_its_money_as_long()
    {
        var order = OrderSpecification.Of(Request(Line("p-1")) with { Payment = null }, Facts(Product("p-1", 10_000) with { PreOrder = true, Available = 0 })).Reserved();

        Assert.That((order.Order.Status, order.Order.Stock.ReservationId, order.Order.Stock.ExpiresAt), Is.EqualTo((OrderStatus.StockReserved, (string?)null, (DateTimeOffset?)OrderSpecification.Start.AddMinutes(30))));
    }

    /// <summary>Activities validate the form of a coupon; for whatever passes, the rules give a price or a refusal.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(long.MaxValue)]
    public void Case_25_a_coupons_maximum_of_any_size_gives_a_price(long maximum)
    {
        var facts = Facts(Product("p-1", 10_000)) with { Coupon = CouponOf(5_000) with { MaxDiscount = Won(maximum) } };

        var priced = PlacingRules.Price(OrderSpecification.Of(Request(Line("p-1")) with { CouponCode = "COUPON" }, facts).Order, facts, OrderSpecification.Start);

        Assert.That(((OrderPriced)priced).Quote.Amounts.CouponDiscount, Is.EqualTo(Won(Math.Min(5_000, maximum))));
    }

    [Test]
    public void Case_25_an_order_beyond_all_money_is_an_exception_that_its_process_hands_to_an_operator_and_never_a_wrong_sum()
    {
        var facts = Facts(Product("p-1", 1_000_000_000_000_000));
        var order = OrderSpecification.Of(Request(Line("p-1", 10_000)), facts).Order;

        Assert.That(() => PlacingRules.Price(order, facts, OrderSpecification.Start), Throws.InstanceOf<OverflowException>());
    }

    [TestCase(null, "identity-verification-required")]
    [TestCase("m-1", null)]
    [TestCase("m-2", "identity-verification-required")]
    public void Case_28_an_identity_verification_is_its_own_members(string? verified, string? slug) => Assert.That(
        OrderRules.ValidateIdentity("m-1", Won(1_000_000), verified is null ? null : new IdentityVerificationFact("v-1", true, verified), Policies)?.Slug, Is.EqualTo(slug));

    [TestCase("m-1")]
    [TestCase(null)]
    public void Case_28_a_guest_has_no_identity_verification_whichever_member_it_names(string? verified) => Assert.That(
        OrderRules.ValidateIdentity(null, Won(1_000_000), new IdentityVerificationFact("v-1", true, verified), Policies)?.Slug, Is.EqualTo("identity-verification-required"));

    private static OrderSpecification Asking()
    {
        var order = OrderSpecification.Simple().Priced();
        return order.Given(new OrderPlaced(order.Now), new StockReservationRequested(order.Now));
    }

    private static void Reserved(OrderSpecification order, StockReservationAnswer answer) => order.Given(PlacingRules.Reserved(order.Order, answer, order.Now)!);
}
