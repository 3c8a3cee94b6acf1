using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Cases;

/// <summary>Cases that went wrong: money on which the payment team's books differ from ours (5 to 8).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PaymentCaseTests
{
    [TestCase(100)]
    [TestCase(209_000)]
    [TestCase(104_499)]
    [TestCase(104_501)]
    [TestCase(0)]
    [TestCase(-104_500)]
    public void Case_5_an_approval_for_another_amount_pays_nothing_and_both_amounts_are_kept(long amount)
    {
        var order = OrderSpecification.Seed().Paying().When(Payment.Approved(1, amount));

        Assert.That(order.ThenTypes, Is.EqualTo(new[] { typeof(PaymentAmountMismatched), typeof(PartnerEventProcessed) }));
        AssertNotPaid(order.Order, amount);
    }

    [TestCase(ClosingReason.Timeout)]
    [TestCase(ClosingReason.CustomerRequest)]
    public void Case_5_another_amount_that_is_found_by_asking_pays_nothing_either(ClosingReason reason)
    {
        var order = OrderSpecification.Seed().Paying();
        var closing = new PaymentClosing("pay-1", PaymentStatus.Approved, ApprovedLate: false, "a-1", null, Won(100));

        order.When(PayingRules.Closed(order.Order, order.Order.OpenAttempt!, closing, reason, order.Now));

        AssertNotPaid(order.Order, 100);
    }

    [Test]
    public void Case_5_an_approval_without_an_amount_is_not_believed()
    {
        var order = OrderSpecification.Seed().Paying().When(Payment.Says("payment.approved", new { attempt = 1, paymentId = "pay-1", amount = "104500" }, "a"));

        AssertNotPaid(order.Order, 0);
    }

    [Test]
    public void Case_5_the_amount_that_was_asked_for_pays_the_order_once()
    {
        var order = OrderSpecification.Seed().Paying().When(Payment.Approved(1, 104_500));
        order.When(Payment.Approved(1, 104_500, id: "another-id"));

        Assert.That(order.IsIgnored, Is.True);
        Assert.That((order.Order.IsPaid, order.Ledger.Charged, order.Order.CardLeft), Is.EqualTo((true, Won(104_500), Won(104_500))));
    }

    [Test]
    public void Case_6_an_approval_after_four_declines_is_refunded_and_the_order_stays_cancelled()
    {
        var order = FourDeclines();
        Assert.That((order.Order.Status, order.Order.Cancellation?.Reason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.PaymentFailure)));

        order.When(Payment.Approved(4, 104_500, id: "late"));

        Assert.That((order.Order.IsPaid, order.Order.Status), Is.EqualTo((false, OrderStatus.Cancelled)));
        Assert.That(order.Refund("o-1-p4"), Has.Property("Kind").EqualTo(RefundKind.LatePayment).And.Property("Status").EqualTo(RefundStatus.Processing));
        order.AskForMoney("o-1-p4").Finish("o-1-p4");
        Assert.That((order.Ledger.Charged, order.Ledger.Refunded), Is.EqualTo((Won(104_500), Won(104_500))));
    }

    [Test]
    public void Case_6_the_same_late_approval_received_twice_is_one_charge_and_one_refund()
    {
        var order = FourDeclines().When(Payment.Approved(4, 104_500, id: "late"));

        Assert.That(order.When(Payment.Approved(4, 104_500, id: "late")).Then, Is.Empty);
        Assert.That(order.When(Payment.Approved(4, 104_500, id: "late-again")).IsIgnored, Is.True);
        Assert.That((order.Ledger.Charged, order.Order.Refunds.Count), Is.EqualTo((Won(104_500), 1)));
    }

    [Test]
    public void Case_6_a_declined_attempt_that_is_approved_after_the_order_completed_is_refunded_beside_it()
    {
        var order = OrderSpecification.Seed().Paying().When(Payment.Declined(1)).Paying().Completed();
        order.When(Payment.Approved(1, 104_500, id: "late")).AskForMoney("o-1-p1").Finish("o-1-p1");

        Assert.That((order.Order.Status, order.Order.Charged, order.Order.CardLeft), Is.EqualTo((OrderStatus.Completed, Won(104_500), Won(104_500))));
        Assert.That((order.Ledger.Charged, order.Ledger.Refunded), Is.EqualTo((Won(209_000), Won(104_500))));
        Assert.That(order.Ledger.ClawedBack, Is.EqualTo(Won(0)), "it is no refund of goods");
        Assert.That(order.Refunded("r-1", RefundReasons.Defective).Amount.Card, Is.EqualTo(Won(104_500)));
    }

    [TestCase(100)]
    [TestCase(104_500)]
    public void Hotspot_4_a_late_approval_goes_back_whole_whatever_its_amount(long amount)
    {
        var order = FourDeclines().When(Payment.Approved(2, amount, id: "late")).AskForMoney("o-1-p2");

        Assert.That(order.Refund("o-1-p2").Amount.Card, Is.EqualTo(Won(amount)));
    }

    [Test]
    public void Hotspot_4_an_approval_that_overtakes_a_pending_cancellation_of_its_order_is_refunded()
    {
        var order = OrderSpecification.Seed().Paying().Cancelled().When(Payment.Approved(1, 104_500));

        Assert.That((order.Order.IsPaid, order.Refund("o-1-p1").Amount.Card), Is.EqualTo((false, Won(104_500))));
        Assert.That(order.Order.OpenAttempt, Is.Null);
    }

    [Test]
    public void Case_7_a_staff_refund_is_foreign_and_ours_is_asked_for_beside_it()
    {
        var order = OrderSpecification.Of(Request(Line("p-1", 3)), Facts(Product("p-1", 10_000))).Delivered().When(Payment.Refunded("staff-1", 20_000));

        Assert.That(order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")]).Amount.Card, Is.EqualTo(Won(10_000)));
        Assert.That((order.Ledger.ForeignRefunded, order.Ledger.Refunded), Is.EqualTo((Won(20_000), Won(10_000))));
    }

    [Test]
    public void Case_7_a_staff_refund_without_its_event_is_found_by_its_id_and_entered_once()
    {
        var order = OrderSpecification.Of(Request(Line("p-1", 3)), Facts(Product("p-1", 10_000))).Delivered()
            .AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]).PickUp("r-1").AskForMoney("r-1");
        PaymentRefund[] there =
        [
            new("staff-1", Won(20_000), PaymentRefundStatus.Completed),
            new("staff-2", Won(10_000), PaymentRefundStatus.Pending),
            new("r-1", Won(10_000), PaymentRefundStatus.Completed),
        ];

        order.When(RefundExecution.Answered(order.Order, order.Refund("r-1"), new RefundAnswer(PaymentRefundStatus.Completed, Won(10_000), there), order.Now));
        Assert.That((order.Ledger.ForeignRefunded, order.Ledger.Refunded), Is.EqualTo((Won(20_000), Won(10_000))));

        order.When(Payment.Refunded("staff-1", 20_000));
        Assert.That((order.IsIgnored, order.Ledger.ForeignRefunded), Is.EqualTo((true, Won(20_000))));
    }

    [Test]
    public void Case_7_our_own_refund_with_another_amount_than_was_asked_for_is_not_believed()
    {
        var order = OrderSpecification.Seed().Delivered().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]).PickUp("r-1").AskForMoney("r-1");

        Assert.That(order.When(Payment.Refunded("r-1", 1)).IsIgnored, Is.True);
        Assert.That((order.Ledger.Refunded, order.Ledger.ForeignRefunded, order.Refund("r-1").Money), Is.EqualTo((Won(0), Won(0), MoneyStage.Requested)));
        order.When(Payment.Refunded("r-1", 52_250, id: "right"));
        Assert.That((order.Ledger.Refunded, order.Refund("r-1").Money), Is.EqualTo((Won(52_250), MoneyStage.Returned)));
    }

    [Test]
    public void Case_8_the_whole_payment_refunded_in_the_console_stops_the_goods_before_dispatch()
    {
        var order = OrderSpecification.Seed().Prepared().When(Payment.Refunded("staff-1", 104_500));

        Assert.That((order.Order.GoodsAreStopped, ForeignMoneyProcess.IsNeededFor(order.Order)), Is.EqualTo((true, true)));
        Assert.That((order.Order.View().Payments.Single().Status, order.Ledger.ForeignRefunded), Is.EqualTo((PaymentStatus.Refunded, Won(104_500))));
    }

    [Test]
    public void Case_8_before_the_parcels_are_asked_for_none_is_asked_for()
    {
        var order = OrderSpecification.Seed().Paid().When(Payment.Refunded("staff-1", 104_500));

        Assert.That(PreparingProcess.IsNeededFor(order.Order), Is.False);
        order.Given(new ForeignRefundAcknowledged(order.Now, Won(104_500)));
        Assert.That(PreparingProcess.IsNeededFor(order.Order), Is.True, "an operator decided that the goods go");
    }

    [Test]
    public void Case_8_after_dispatch_the_refund_is_entered_in_the_ledger_and_the_goods_go_on()
    {
        var order = OrderSpecification.Seed().Shipped().When(Payment.Refunded("staff-1", 104_500));

        Assert.That((order.Order.GoodsAreStopped, order.Order.Status, order.Ledger.ForeignRefunded), Is.EqualTo((false, OrderStatus.Shipping, Won(104_500))));
    }

    private static OrderSpecification FourDeclines()
    {
        var order = OrderSpecification.Seed();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            order.Paying().When(Payment.Declined(attempt));
        }

        return order;
    }

    private static void AssertNotPaid(Order order, long approved)
    {
        Assert.That((order.IsPaid, order.Status, order.Charged), Is.EqualTo((false, OrderStatus.AwaitingPayment, Won(0))));
        Assert.That((order.OpenAttempt?.Amount, order.OpenAttempt?.ApprovedOtherwise), Is.EqualTo(((Won?)Won(104_500), (Won?)Won(approved))));
        Assert.That(PreparingProcess.IsNeededFor(order), Is.False);
    }
}
