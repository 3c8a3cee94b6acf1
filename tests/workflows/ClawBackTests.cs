using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>Hotspot 24: a refund of a completed order waits until the accrual of the purchase is known, and for no other part of the reward.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ClawBackTests : OrderTests
{
    private const string Accruals = "/members/*/point-accruals";
    private const string Purchases = "/members/*/purchases";

    /// <summary>1 % of the two T-shirts and their shipping.</summary>
    private const long AccruedOfTheWhole = 330;

    private const long AccruedOfAUnit = 150;

    [Test]
    public async Task Hotspot_24_while_the_accrual_is_not_answered_a_refund_asks_for_no_money_and_then_claws_it_back()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: Accruals, Status: 503));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await RefundAUnitAsync(order);
        await order.WhenNothingMovesAsync();
        Assert.That((order.Stored!.View.Refunds.Single().Status, order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((RefundStatus.Processing, 0L, 0L)));

        await using var retries = Harness.SkipRetries();
        Harness.Teams.Faults.Clear();
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That((order.Account.PointsAccrued, order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((AccruedOfTheWhole, AccruedOfAUnit, 15_000L)));
    }

    [Test]
    public async Task Hotspot_24_a_purchase_record_that_waits_for_an_operator_does_not_delay_the_claw_back_of_its_accrual()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: Purchases, Status: 400));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is { Step: "record-purchase" });

        await RefundAUnitAsync(order);
        var refunded = await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That(refunded.View.Attention?.Step, Is.EqualTo("record-purchase"), "it still waits");
        Assert.That((order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((AccruedOfAUnit, 15_000L)));
        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That((order.Account.PointsAccrued, order.Account.PurchasesRecorded), Is.EqualTo((AccruedOfTheWhole, 1)));
    }

    [Test]
    public async Task Hotspot_24_when_an_operator_skips_the_accrual_the_refund_goes_on_and_nothing_is_clawed_back()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: Accruals, Status: 400));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is { Step: "record-purchase" });
        await RefundAUnitAsync(order);
        await order.WhenAtRestAsync();
        Assert.That(order.Account.CardRefunded, Is.Zero, "what is accrued is not known yet");

        await RecoverAsync(order, "skip");
        var refunded = await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That((order.Account.PointsAccrued, order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((0L, 0L, 15_000L)));
        Assert.That(refunded.View.Refunds.Single().Withheld.Amount, Is.Zero);
    }

    private static Task<OrderView> RefundAUnitAsync(PlacedOrder order) => order.AskAsync(wf => wf.RequestRefundAsync(
        new RefundCommand("r-1", RefundReasons.Defective, false, new[] { new LineQuantity("p-101", 1) }, "admin:lee", 0)));

    private static Task<OrderView> RecoverAsync(PlacedOrder order, string action) =>
        order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand(action, "agreed by phone", "operator:kim", null, 0)));

    private async Task<PlacedOrder> DeliveredAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        return order;
    }
}
