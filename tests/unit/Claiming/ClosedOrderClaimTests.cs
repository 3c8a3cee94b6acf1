using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Claiming;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Unit.Claiming;

public sealed class ClosedOrderClaimTests
{
    private static readonly DateTimeOffset InMay = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_completed_order_becomes_the_members_and_accrues_one_percent_of_the_card()
    {
        var stored = Stored(OrderStatus.Completed);
        var record = ClosedOrderClaim.Record(stored, Input(), InMay);
        var reward = ClosedOrderClaim.Reward(record, stored, Input(), InMay);

        Assert.That(record.View.MemberId, Is.EqualTo("m-1"));
        Assert.That(record.Version, Is.EqualTo(42), "it passes the view that the order left");
        Assert.That(record.Events.Single().Type, Is.EqualTo("order.points-accrual-requested"));
        Assert.That(record.Events.Single().Data.GetProperty("points").GetInt64(), Is.EqualTo(330));
        Assert.That((reward!.MemberId, reward.Points.Amount, reward.Amount.Amount), Is.EqualTo(("m-1", 330L, 30_000L)));
        Assert.That((reward.AccrualKey, reward.PurchaseKey), Is.EqualTo(("o-1/accrue-points/1", "o-1/record-purchase/1")));
        Assert.That(reward.Items, Is.EqualTo(new LineQuantity[] { new("p-1", 2) }));
    }

    [Test]
    public void The_rate_is_the_one_the_order_was_placed_under_and_doubles_in_the_month_of_birth()
    {
        var input = Input(new DateOnly(1990, 5, 1)) with { Policies = new OrderPolicies { PointAccrualRate = 0.02m } };
        var record = ClosedOrderClaim.Record(Stored(OrderStatus.Completed), input, InMay);

        Assert.That(record.Events.Single().Data.GetProperty("points").GetInt64(), Is.EqualTo(1_320));
    }

    [TestCase(OrderStatus.Cancelled)]
    [TestCase(OrderStatus.Refunded)]
    public void An_order_of_which_nothing_was_kept_earns_nothing(OrderStatus status)
    {
        var stored = Stored(status);
        var record = ClosedOrderClaim.Record(stored, Input(), InMay);

        Assert.That(record.View.MemberId, Is.EqualTo("m-1"));
        Assert.That(record.Events, Is.Empty);
        Assert.That(ClosedOrderClaim.Reward(record, stored, Input(), InMay), Is.Null);
    }

    private static ClaimInput Input(DateOnly? birthday = null) => new("o-1", "wish", new ClaimCommand("m-1", "BASIC", birthday), Given.Policies);

    private static StoredOrder Stored(OrderStatus status) => new(
        new OrderView
        {
            OrderId = "o-1",
            Status = status,
            Amounts = new OrderAmounts(new Won(30_000), Won.Zero, Won.Zero, new Won(3_000), Won.Zero, new Won(33_000)),
            Lines = [new OrderLineView("p-1", "s-1", "Ramen", 2, new Won(15_000), Won.Zero, new Won(30_000), 0)],
            CreatedAt = InMay,
            UpdatedAt = InMay,
        },
        41);
}
