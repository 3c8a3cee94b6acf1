using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Refunding;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Refunding;

/// <summary>
/// What is clawed back for a refund, and what is withheld from it where the member has spent the points (hotspot 24). The completed order was paid with
/// 100,000 won and 20,000 points and accrued 2,000 points; each half of it, p-1 and p-2, is worth 50,000 won and 10,000 points.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefundExecutionTests
{
    [Test]
    public void Points_are_clawed_back_at_the_rate_of_the_accrual_for_what_is_no_longer_retained()
    {
        var order = Completed("r-1", "p-2");

        Assert.That(RefundExecution.ClawBackDue(order.Order, order.Refund("r-1")), Is.EqualTo(Won(1_000)));
    }

    [Test]
    public void For_a_late_payment_nothing_is_clawed_back_and_no_unit_has_a_share()
    {
        var order = Phases.At("completed");
        var late = new Refund("late", RefundKind.LatePayment, "late-payment", [], order.Now) { Attempt = 1 };

        Assert.That(RefundExecution.ClawBackDue(order.Order, late), Is.EqualTo(Won(0)));
        var (amount, shares) = RefundExecution.Final(order.Order, late);
        Assert.That((amount.Card, amount.Points, shares.Count), Is.EqualTo((Won(100_000), Won(0), 0)));
    }

    [TestCase(0, 50_000, 10_000, 0)]
    [TestCase(1_000, 49_000, 10_000, 1_000)]
    [TestCase(50_000, 0, 10_000, 50_000)]
    [TestCase(54_000, 0, 6_000, 54_000)]
    [TestCase(70_000, 0, 0, 60_000)]
    public void What_the_member_has_spent_is_withheld_from_the_card_first_then_from_points_and_never_more_than_the_refund(
        long due, long card, long points, long withheld)
    {
        var order = Completed("r-1", "p-2");

        var (amount, shares) = RefundExecution.Final(order.Order, order.Refund("r-1") with { ClawBackDue = Won(due) });

        Assert.That((amount.Card, amount.Points, amount.Withheld), Is.EqualTo((Won(card), Won(points), Won(withheld))));
        Assert.That(shares, Is.EqualTo(new[] { new UnitShare("p-2", 1, Won(50_000), Won(10_000)) }));
    }

    [Test]
    public void What_was_clawed_back_for_the_refund_is_not_withheld()
    {
        var order = Completed("r-1", "p-2").Given(new ClawBackRequested(OrderSpecification.Start, "r-1", Won(1_000)));

        order.Given(new PointsClawedBack(order.Now, "r-1", Won(300)));

        Assert.That(Withheld(order, "r-1"), Is.EqualTo(Won(700)));
    }

    [Test]
    public void What_an_operator_wrote_off_of_the_claw_back_is_not_withheld()
    {
        var order = Completed("r-1", "p-2").Given(new ClawBackRequested(OrderSpecification.Start, "r-1", Won(1_000)));

        order.Given(new PointsWrittenOff(order.Now, "claw-back/r-1", "r-1", Won(1_000), "operator:kim", "the member is gone"));

        Assert.That(Withheld(order, "r-1"), Is.EqualTo(Won(0)));
    }

    [Test]
    public void What_was_clawed_back_or_written_off_for_something_else_does_not_count()
    {
        var order = Completed("r-1", "p-2").AskRefund("r-2", "defective", [Line("p-1")], returnRequired: false);
        order.Given(
            new ClawBackRequested(order.Now, "r-1", Won(1_000)),
            new PointsClawedBack(order.Now, "r-2", Won(200)),
            new PointsWrittenOff(order.Now, "claw-back/r-2", "r-2", Won(300), "operator:kim", null),
            new PointsWrittenOff(order.Now, "r-1", "r-1", Won(400), "operator:kim", null));

        Assert.That(Withheld(order, "r-1"), Is.EqualTo(Won(1_000)));
    }

    private static OrderSpecification Completed(string refundId, string productId) =>
        Phases.At("completed").AskRefund(refundId, "defective", [Line(productId)], returnRequired: false);

    private static Workflows.Money.Won Withheld(OrderSpecification order, string refundId) =>
        RefundExecution.Final(order.Order, order.Refund(refundId)).Amount.Withheld;
}
