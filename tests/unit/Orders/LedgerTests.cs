using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>The ledger of an order: only ever added to; every figure is a sum over it (domain §4; invariants 1 to 3 of §5).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LedgerTests
{
    private static IReadOnlyList<string> EveryPhase => Phases.All;

    [TestCaseSource(nameof(EveryPhase))]
    public void A_ledger_is_only_ever_added_to_and_its_amounts_are_positive(string phase)
    {
        var scenario = Phases.At(phase);
        var order = Order.New(scenario.Order.Request, scenario.Order.Policies, scenario.Order.Facts, OrderSpecification.Start);

        foreach (var change in scenario.Events)
        {
            var before = order.Ledger;
            order = order.Apply(change);
            Assert.That(order.Ledger.Take(before.Count), Is.EqualTo(before));
        }

        Assert.That(order.Ledger.Select(entry => entry.EntryId), Is.Unique);
        Assert.That(order.Ledger.All(entry => (entry.Amount?.Amount ?? 0) >= 0 && (entry.Points?.Amount ?? 0) >= 0), Is.True);
        Assert.That(order.Ledger.SelectMany(entry => entry.Units ?? []).All(unit => unit.Quantity > 0), Is.True);
    }

    [TestCaseSource(nameof(EveryPhase))]
    public void An_event_that_is_applied_twice_is_entered_once(string phase)
    {
        var scenario = Phases.At(phase);
        var ledger = scenario.Order.Ledger;
        var entering = scenario.Events.Where(change => scenario.Order.Apply(change).Ledger.Count != ledger.Count).ToList();

        Assert.That(entering, Is.Empty);
    }

    [Test]
    public void The_ledger_of_a_completed_order_with_two_refunds_adds_up()
    {
        var order = Phases.At("delivered").Completed();
        order.Refunded("r-1", "defective", [Line("p-2")], memberHas: Won(100));
        order.Refunded("r-2", "change-of-mind", [Line("p-1")]);

        // 100,000 by card and 20,000 points; each half of the order is 50,000 and 10,000. Born in March: 2 % of the card.
        Assert.That(order.Ledger.Accrued, Is.EqualTo(Won(2_000)));

        // r-1: 60,000 and 1,000 points too many, 100 of which are there. r-2: 120,000 − 90,000 free of shipping no more, 93,000 − 3,000.
        Assert.That(order.Refund("r-1").Amount, Is.EqualTo(new RefundAmount(Won(49_100), Won(10_000), Won(0), Won(900), Won(0), KeepsNothing: false)));
        Assert.That((order.Refund("r-2").Amount.Size(), order.Refund("r-2").Amount.Fee), Is.EqualTo((Won(24_000), Won(3_000))));
        var totals = order.Ledger;
        Assert.That((totals.Charged, totals.PointsUsed), Is.EqualTo((Won(100_000), Won(20_000))));
        Assert.That(totals.Refunded, Is.EqualTo(order.Refund("r-1").Amount.Card + order.Refund("r-2").Amount.Card));
        Assert.That(totals.PointsRestored, Is.EqualTo(order.Refund("r-1").Amount.Points + order.Refund("r-2").Amount.Points));
        Assert.That((totals.FeeKept, totals.Withheld, totals.WrittenOff, totals.ForeignRefunded), Is.EqualTo((Won(3_000), Won(900), Won(0), Won(0))));
        Assert.That(order.Order.CardLeft + order.Order.PointsLeft, Is.EqualTo(Won(120_000 - 59_100 - 24_000)));
    }

    [Test]
    public void Invariant_1_a_cancelled_order_gives_back_card_and_points_to_the_won()
    {
        var order = Phases.At("part-cancelled").Cancelled();
        order.CancellationRefunded();
        order.Given(new PointsRestored(order.Now, null, order.Order.PointsToGiveBack));

        var totals = order.Ledger;
        Assert.That((totals.Refunded, totals.PointsRestored), Is.EqualTo((totals.Charged, totals.PointsUsed)));
        Assert.That((order.Order.CardLeft, order.Order.PointsLeft), Is.EqualTo((Won(0), Won(0))));
    }

    [Test]
    public void Invariant_2_units_reserved_less_what_came_back_are_those_that_were_shipped_or_are_held()
    {
        var order = Phases.At("partly-refunded");

        Assert.That(Units(order.Order, LedgerKind.Reserved, "p-1") - Units(order.Order, LedgerKind.Restored, "p-1"), Is.EqualTo(1));
        Assert.That(Units(order.Order, LedgerKind.Committed, "p-1"), Is.EqualTo(2));
    }

    [Test]
    public void Invariant_3_a_coupon_is_redeemed_and_restored_at_most_once()
    {
        var order = OrderSpecification.Seed().Reserved().Cancelled();
        order.Given(new CouponRestored(order.Now, WasHeld: true), new CouponRestored(order.Now, WasHeld: true));

        Assert.That(order.Order.Ledger.Count(entry => entry.Kind == LedgerKind.CouponRedeemed), Is.EqualTo(1));
        Assert.That(order.Order.Ledger.Count(entry => entry.Kind == LedgerKind.CouponRestored), Is.EqualTo(1));
    }

    [Test]
    public void Case_29_points_that_are_written_off_are_entered_in_the_ledger_and_the_order_ends()
    {
        var order = Phases.At("cancelled-unpaid");
        order.Given(new StockGivenBack(order.Now, LedgerKind.Released, order.Order.StockLines));
        Assert.That(order.Order.IsAtRest, Is.False);

        order.Given(new PointsWrittenOff(order.Now, "order", null, Won(20_000), "operator", "the member is gone"));

        Assert.That((order.Order.IsAtRest, order.Ledger.WrittenOff, order.Ledger.PointsRestored), Is.EqualTo((true, Won(20_000), Won(0))));
    }

    [Test]
    public void Case_29_a_claw_back_from_a_member_who_is_gone_takes_nothing_and_is_taken_off_the_refund()
    {
        var order = Phases.At("completed");

        order.Refunded("r-1", "defective", [Line("p-2")], memberHas: Won(0));

        Assert.That((order.Ledger.ClawedBack, order.Ledger.Withheld), Is.EqualTo((Won(0), Won(1_000))));
    }

    private static int Units(Order order, LedgerKind kind, string productId) => order.Ledger.Where(entry => entry.Kind == kind)
        .SelectMany(entry => entry.Units ?? []).Where(unit => unit.ProductId == productId).Sum(unit => unit.Quantity);
}
