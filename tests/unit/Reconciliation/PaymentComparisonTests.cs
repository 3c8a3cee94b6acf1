using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Reconciliation;

/// <summary>결제 대사: what one payment of the payment team's books and its order's ledger say, and what is done where they differ. The seed's order, 104,500.</summary>
public sealed class PaymentComparisonTests
{
    private const long Price = 104_500;

    [Test]
    public void A_paid_order_that_both_know_alike_is_no_difference() => Assert.That(Compare(OrderSpecification.Seed().Delivered(), There()), Is.Empty);

    [Test]
    public void An_attempt_that_is_pending_at_both_is_no_difference() =>
        Assert.That(Compare(OrderSpecification.Seed().Paying(), There(PaymentStatus.Pending)), Is.Empty);

    [TestCase(PaymentStatus.Declined)]
    [TestCase(PaymentStatus.Cancelled)]
    public void An_attempt_that_ended_at_both_without_money_is_no_difference(PaymentStatus there) =>
        Assert.That(Compare(OrderSpecification.Seed().Paying().When(Payment.Declined(1)), There(there)), Is.Empty);

    [Test]
    public void A_lost_approval_of_an_open_attempt_pays_the_order()
    {
        var order = OrderSpecification.Seed().Paying();
        var found = Compare(order, There()).Single();

        AssertFound(found, DifferenceKind.MissingHere, ours: null, theirs: Price, DifferenceOutcome.Applied);
        order.When(found.Remedy!);
        Assert.That((order.Order.IsPaid, order.Ledger.Charged, order.Order.Payments.Single().ApprovalNumber), Is.EqualTo((true, Won(Price), "A-1")));
        Assert.That(Compare(order, There()), Is.Empty);
    }

    [Test]
    public void A_lost_decline_of_an_open_attempt_lets_the_customer_pay_again()
    {
        var order = OrderSpecification.Seed().Paying();
        var found = Compare(order, There(PaymentStatus.Declined) with { DeclineCode = "limit-exceeded" }).Single();

        AssertFound(found, DifferenceKind.MissingHere, ours: null, theirs: 0, DifferenceOutcome.Applied);
        order.When(found.Remedy!);
        Assert.That((order.Order.OpenAttempt, order.Order.Payments.Single().DeclineCode), Is.EqualTo(((PaymentAttempt?)null, "limit-exceeded")));
    }

    [Test]
    public void An_attempt_that_the_payment_team_cancelled_ends()
    {
        var order = OrderSpecification.Seed().Paying();
        order.When(Compare(order, There(PaymentStatus.Cancelled)).Single().Remedy!);

        Assert.That(order.Order.Payments.Single().Status, Is.EqualTo(PaymentStatus.Cancelled));
    }

    [TestCase(100)]
    [TestCase(2 * Price)]
    public void Case_5_an_approval_of_another_amount_pays_nothing_and_waits_for_an_operator(long amount)
    {
        var order = OrderSpecification.Seed().Paying();
        var found = Compare(order, There() with { Amount = Won(amount) }).Single();

        AssertFound(found, DifferenceKind.Amount, Price, amount, DifferenceOutcome.Attention);
        order.When(found.Remedy!);
        Assert.That((order.Order.IsPaid, order.Order.OpenAttempt!.ApprovedOtherwise), Is.EqualTo((false, (Workflows.Money.Won?)Won(amount))));
        Assert.That(Compare(order, There() with { Amount = Won(amount) }).Single().Remedy, Is.Null, "its operator knows already");
    }

    [Test]
    public void Case_6_a_late_approval_of_a_closed_attempt_is_refunded()
    {
        var order = OrderSpecification.Seed().Paying().When(Payment.Declined(1)).Paying().When(Payment.Approved(2, Price)).Completed();
        var found = Compare(order, There()).Single();

        AssertFound(found, DifferenceKind.LateApproval, ours: null, Price, DifferenceOutcome.Refunded);
        order.When(found.Remedy!);
        Assert.That((order.Refund("o-1-p1").Amount.Card, order.Order.Charged), Is.EqualTo((Won(Price), Won(Price))));
    }

    [Test]
    public void Case_6_an_approval_of_a_cancelled_orders_open_attempt_is_refunded()
    {
        var order = OrderSpecification.Seed().Paying().Cancelled();
        var found = Compare(order, There()).Single();

        AssertFound(found, DifferenceKind.LateApproval, ours: null, Price, DifferenceOutcome.Refunded);
        order.When(found.Remedy!);
        Assert.That(order.Refund("o-1-p1").Amount.Card, Is.EqualTo(Won(Price)));
    }

    [Test]
    public void A_cancellation_that_is_not_there_is_shown()
    {
        var found = Compare(OrderSpecification.Seed().Paying().Given(new Workflows.Orders.Events.PaymentEnded(OrderSpecification.Start, 1, PaymentStatus.TimedOut, "pay-1", null)), There(PaymentStatus.Pending)).Single();

        AssertFound(found, DifferenceKind.MissingThere, ours: null, theirs: null, DifferenceOutcome.None);
        Assert.That(found.Remedy, Is.Null);
    }

    [Test]
    public void Case_7_a_staff_refund_whose_event_was_lost_is_entered_as_foreign()
    {
        var order = OrderSpecification.Seed().Completed();
        var there = There() with { Refunds = [Done("staff-1", 20_000)] };
        var found = Compare(order, there).Single();

        AssertFound(found, DifferenceKind.ForeignRefund, ours: null, 20_000, DifferenceOutcome.Applied);
        order.When(found.Remedy!);
        Assert.That(order.Ledger.ForeignRefunded, Is.EqualTo(Won(20_000)));
        Assert.That(Compare(order, there), Is.Empty, "one that was entered is no difference any more");
    }

    [Test]
    public void Case_8_a_foreign_refund_before_dispatch_stops_the_goods_and_waits_for_an_operator()
    {
        var order = OrderSpecification.Seed().Prepared();
        var found = Compare(order, There(PaymentStatus.Refunded) with { Refunds = [Done("staff-1", Price)] }).Single();

        AssertFound(found, DifferenceKind.ForeignRefund, ours: null, Price, DifferenceOutcome.Attention);
        order.When(found.Remedy!);
        Assert.That(order.Order.GoodsAreStopped, Is.True);
    }

    [Test]
    public void A_lost_refund_event_completes_our_refund()
    {
        var order = Asked();
        var found = Compare(order, There() with { Refunds = [Done("r-1", 52_250)] }).Single();

        AssertFound(found, DifferenceKind.MissingHere, ours: null, 52_250, DifferenceOutcome.Applied);
        order.When(found.Remedy!);
        Assert.That((order.Refund("r-1").Money, order.Ledger.Refunded), Is.EqualTo((MoneyStage.Returned, Won(52_250))));
        Assert.That(Compare(order, There() with { Refunds = [Done("r-1", 52_250)] }), Is.Empty);
    }

    [Test]
    public void Our_refund_with_another_amount_waits_for_an_operator_whether_it_is_completed_here_or_not([Values] bool isDone)
    {
        var order = Asked();
        var there = There() with { Refunds = [Done("r-1", 52_000)] };
        AssertReported(isDone ? order.Finish("r-1") : order, there, DifferenceKind.Amount, 52_250, 52_000);
    }

    [TestCase(PaymentRefundStatus.Failed, 0, DifferenceOutcome.None)]
    [TestCase(PaymentRefundStatus.Pending, 4, DifferenceOutcome.None)]
    public void RefundPatience_a_refund_that_failed_or_is_pending_too_long_is_unfinished(PaymentRefundStatus status, int days, DifferenceOutcome done)
    {
        var order = Asked().After(TimeSpan.FromDays(days));
        var found = Compare(order, There() with { Refunds = [new PaymentRefund("r-1", Won(52_250), status)] }).Single();

        AssertFound(found, DifferenceKind.RefundUnfinished, 52_250, 52_250, done);
    }

    [Test]
    public void A_refund_that_is_pending_for_a_while_is_no_difference() =>
        Assert.That(Compare(Asked(), There() with { Refunds = [new PaymentRefund("r-1", Won(52_250), PaymentRefundStatus.Pending)] }), Is.Empty);

    [Test]
    public void A_refund_that_never_arrived_there_is_unfinished_once_RefundPatience_is_over()
    {
        Assert.That(Compare(Asked(), There()), Is.Empty);
        AssertFound(Compare(Asked().After(TimeSpan.FromDays(4)), There()).Single(), DifferenceKind.RefundUnfinished, 52_250, theirs: null, DifferenceOutcome.None);
    }

    [TestCase(PaymentRefundStatus.Failed)]
    [TestCase(PaymentRefundStatus.Pending)]
    public void A_refund_that_only_the_ledger_has_as_completed_waits_for_an_operator(PaymentRefundStatus status) => AssertReported(
        Asked().Finish("r-1"),
        There() with { Refunds = [new PaymentRefund("r-1", Won(52_250), status)] },
        DifferenceKind.RefundUnfinished,
        52_250,
        52_250);

    [Test]
    public void A_refund_that_the_payment_team_does_not_know_waits_for_an_operator() =>
        AssertReported(Asked().Finish("r-1"), There(), DifferenceKind.MissingThere, 52_250, theirs: null);

    [Test]
    public void A_refund_that_was_paid_by_hand_is_a_difference_only_where_the_payment_team_pays_it_too()
    {
        var order = Asked().Given(new Workflows.Orders.Events.RefundMoneyReturned(OrderSpecification.Start, "r-1", Won(52_250), null, ByHand: true)).Finish("r-1");

        Assert.That(Compare(order, There()), Is.Empty);
        Assert.That(Compare(order, There() with { Refunds = [new PaymentRefund("r-1", Won(52_250), PaymentRefundStatus.Failed)] }), Is.Empty);
        AssertReported(order, There() with { Refunds = [Done("r-1", 52_250)] }, DifferenceKind.MissingHere, 52_250, 52_250);
    }

    [Test]
    public void A_charge_of_another_amount_than_the_ledgers_waits_for_an_operator() =>
        AssertReported(OrderSpecification.Seed().Completed(), There() with { Amount = Won(100) }, DifferenceKind.Amount, Price, 100);

    [Test]
    public void A_charge_that_is_void_there_is_questioned_and_before_dispatch_the_goods_stop()
    {
        var order = OrderSpecification.Seed().Prepared();
        var found = Compare(order, There(PaymentStatus.Cancelled)).Single();

        AssertFound(found, DifferenceKind.MissingThere, Price, 0, DifferenceOutcome.Attention);
        order.When(found.Remedy!);
        Assert.That(order.Order.Payments.Single().Questioned, Is.True);
    }

    [Test]
    public void A_payment_that_the_payment_team_does_not_know_waits_for_an_operator()
    {
        var order = OrderSpecification.Seed().Completed();
        var found = PaymentComparison.MissingThere(order.Order, 1, "pay-1", order.Now);

        AssertFound(found, DifferenceKind.MissingThere, Price, theirs: null, DifferenceOutcome.Attention);
        AssertWaits(order, found);
    }

    [Test]
    public void A_second_payment_for_one_attempt_waits_for_an_operator() =>
        AssertReported(OrderSpecification.Seed().Paid(), There() with { PaymentId = "pay-other" }, DifferenceKind.MissingHere, ours: null, Price);

    [Test]
    public void A_payment_of_an_unknown_order_is_shown() => AssertFound(
        PaymentComparison.UnknownOrder(There()), DifferenceKind.MissingHere, ours: null, Price, DifferenceOutcome.None);

    [Test]
    public void The_same_difference_found_again_on_whatever_day_reaches_its_operator_once()
    {
        var order = OrderSpecification.Seed().Completed();
        var found = Compare(order, There() with { Amount = Won(100) }).Single();
        order.When(found.Remedy!).When(Compare(order.After(TimeSpan.FromDays(1)), There() with { Amount = Won(100) }).Single().Remedy!);

        Assert.That(order.Order.PaymentDifferences, Has.Count.EqualTo(1));
        order.When(Compare(order, There() with { Amount = Won(200) }).Single().Remedy!);
        Assert.That(order.Order.PaymentDifferences, Has.Count.EqualTo(2), "another amount is another difference");
    }

    [Test]
    public void A_difference_that_waits_for_its_operator_stops_goods_that_have_not_left()
    {
        var order = OrderSpecification.Seed().Prepared();
        order.When(Compare(order, There() with { Amount = Won(100) }).Single().Remedy!);

        Assert.That(order.Order.GoodsAreStopped, Is.True);
    }

    private static IReadOnlyList<Finding> Compare(OrderSpecification order, TeamPayment there) => new PaymentComparison(order.Order, there, order.Now).Findings();

    /// <summary>The first attempt as it is in the payment team's books.</summary>
    private static TeamPayment There(PaymentStatus status = PaymentStatus.Approved) => new("pay-1", "o-1", 1, status, Won(Price), [], "A-1");

    private static PaymentRefund Done(string refundId, long amount) => new(refundId, Won(amount), PaymentRefundStatus.Completed, OrderSpecification.Start);

    /// <summary>The seed's order of which one unit goes back; its money, 52,250, is requested.</summary>
    private static OrderSpecification Asked() =>
        OrderSpecification.Seed().Delivered().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]).PickUp("r-1").AskForMoney("r-1");

    private static void AssertFound(Finding found, DifferenceKind kind, long? ours, long? theirs, DifferenceOutcome done) => Assert.That(
        (found.Difference.Kind, found.Difference.Ours?.Amount, found.Difference.Theirs?.Amount, found.Difference.Done), Is.EqualTo((kind, ours, theirs, done)));

    private static void AssertReported(OrderSpecification order, TeamPayment there, DifferenceKind kind, long? ours, long? theirs)
    {
        var found = Compare(order, there).Single();
        AssertFound(found, kind, ours, theirs, DifferenceOutcome.Attention);
        AssertWaits(order, found);
    }

    private static void AssertWaits(OrderSpecification order, Finding found)
    {
        Assert.That((found.Remedy!.Type, found.Remedy.Source), Is.EqualTo((EventTypes.DifferenceFound, EventTypes.OrderSource)));
        order.When(found.Remedy);
        Assert.That((order.Order.PaymentDifferences.Count, order.Order.IsAtRest), Is.EqualTo((1, false)), "it waits for an operator");
    }
}
