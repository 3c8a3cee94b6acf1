using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>What may go back, and how long (policies ReturnWindow, SellersFaultWindow).</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ReturnWindowTests : ReturnTests
{
    [TestCase(RefundReasons.ChangeOfMind, 7)]
    [TestCase(RefundReasons.Defective, 90)]
    [TestCase(RefundReasons.WrongItem, 90)]
    public async Task ReturnWindow_and_SellersFaultWindow_after_so_many_days_nothing_goes_back(string reason, int days)
    {
        var order = await DeliveredAsync(Of("p-101", 2), new OrderPolicies { AutoConfirmAfter = TimeSpan.FromDays(120) });

        await Harness.SkipAsync(TimeSpan.FromDays(days));

        Assert.That(await PlacedOrder.RefusalOfAsync(RefundAsync(order, reason, returnRequired: true)), Is.EqualTo("return-window-closed"));
    }

    [Test]
    public async Task SellersFaultWindow_defective_goods_go_back_after_the_change_of_mind_is_over_and_after_the_order_completed()
    {
        var order = await CompletedAsync(Of("p-202", 3), "m-110");
        await Harness.SkipAsync(TimeSpan.FromDays(89));

        Assert.That(await PlacedOrder.RefusalOfAsync(RefundAsync(order, RefundReasons.ChangeOfMind, returnRequired: true)), Is.EqualTo("return-window-closed"));
        await RefundAsync(order, RefundReasons.Defective, returnRequired: true);
        await order.LetAsync("logistics.return-picked-up");

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Refunded));
        Assert.That((order.Account.CardRefunded, order.Account.PointsClawedBack), Is.EqualTo((33_000L, order.Account.PointsAccrued)));
    }

    [Test]
    public async Task Before_delivery_there_is_nothing_to_return()
    {
        var order = await Harness.PlaceAsync(Of("p-101", 2));
        await order.LetPaymentBeApprovedAsync();

        Assert.That(await PlacedOrder.RefusalOfAsync(RefundAsync(order, RefundReasons.Defective, returnRequired: true)), Is.EqualTo("not-delivered"));
    }

    [Test]
    public async Task More_than_was_bought_does_not_go_back()
    {
        var order = await DeliveredAsync(Of("p-202", 3));
        await RefundAsync(order, RefundReasons.Defective, returnRequired: true, new LineQuantity("p-202", 2));

        var tooMany = order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-2", RefundReasons.Defective, true, new[] { new LineQuantity("p-202", 2) })));

        Assert.That(await PlacedOrder.RefusalOfAsync(tooMany), Is.EqualTo("nothing-to-refund"));
    }
}
