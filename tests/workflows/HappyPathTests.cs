using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows;

public sealed class HappyPathTests : OrderTests
{
    [Test]
    public async Task AutoConfirmAfter_an_order_is_placed_paid_shipped_delivered_and_confirms_itself_after_seven_days()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.AwaitingPayment));

        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        var delivered = await order.LetDeliverAsync();
        Assert.That(delivered.View.AutoConfirmAt, Is.Not.Null);

        var ended = await order.WhenEndedAsync();

        Assert.That(ended.Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Stored!.View.Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Account.CardCharged, Is.EqualTo(33_000));
        Assert.That(order.Account.PointsAccrued, Is.EqualTo(330));
        Assert.That(order.Account.PurchasesRecorded, Is.EqualTo(1));
        Assert.That(order.Account.Units.Single().Committed, Is.EqualTo(2));
    }

    [Test]
    public async Task The_timeline_holds_every_event_under_the_source_that_owns_it()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenEndedAsync();

        Assert.That(order.Stored!.Types.Where(type => type != "logistics.status-updated"), Is.EqualTo(new[]
        {
            "order.placed", "order.shipping-address-selected", "promotion.coupon-redeemed", "order.coupon-applied", "member.points-used",
            "order.discount-fixed", "order.stock-reservation-requested", "product.stock-reserved",
            "order.payment-requested", "payment.approved", "order.payment-completed", "order.confirmed", "order.shipping-requested",
            "logistics.dispatch-started", "logistics.dispatched", "logistics.shipping-started", "order.shipping-started",
            "logistics.delivered", "order.delivered", "order.completed", "order.points-accrual-requested",
            "member.points-accrued", "member.purchase-recorded", "member.cumulative-amount-updated",
        }));
        Assert.That(order.Stored.Templates, Is.EqualTo(new[] { "order-placed", "shipping-started", "delivered", "points-accrued" }));
        Assert.That(order.Stored.Events.Select(published => (published.Id, published.Source)), Is.Unique);
    }

    [Test]
    public async Task Coupon_points_and_card_together_pay_exactly_what_was_quoted()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();

        var amounts = (await order.WhenInAsync(OrderStatus.Preparing)).View.Amounts;

        Assert.That(amounts, Is.EqualTo(new OrderAmounts(new Won(120_000), new Won(3_000), default, default, new Won(4_000), new Won(113_000))));
        Assert.That((order.Account.CardCharged, order.Account.PointsUsed, order.Account.CouponRedemptions), Is.EqualTo((113_000L, 4_000L, 1)));
    }

    [Test]
    public async Task A_command_that_arrives_together_with_the_event_it_depends_on_is_handled_after_the_event()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetAsync("logistics.dispatch-started");
        await order.LetAsync("logistics.dispatched");
        await order.LetAsync("logistics.shipping-started");

        var confirming = Task.FromResult(order.Stored!.View);
        await Harness.WithoutWorkerAsync(async () =>
        {
            while (Harness.Teams.Steps.RunNext(order.OrderId) is not null)
            {
                await Harness.Teams.WhenSettledAsync(CancellationToken.None);
            }

            confirming = await order.SendWithoutWaitingAsync(wf => wf.ConfirmAsync());
        });

        Assert.That((await confirming).Status, Is.EqualTo(OrderStatus.Completed));
        await order.WhenEndedAsync();
    }
}
