using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Converters;

namespace OrderOrchestration.Tests.Workflows;

[Parallelizable(ParallelScope.Self)]
public sealed class RecoveringTests : OrderTests
{
    [Test]
    public async Task A_step_that_cannot_be_done_parks_the_order_and_is_retried_by_an_operator()
    {
        var order = await ParkAtCommitAsync(Requests.Plain(OrderWorld.NewOrderId()));
        Assert.That(order.Stored!.View.Attention!.Actions, Is.EqualTo(new[] { "retry", "compensate" }));
        Assert.That(order.Stored.Notifications.Select(sent => (sent.To, sent.Template)), Does.Contain(("operators", "needs-attention")));

        World.Teams.Faults.Clear();
        var view = await RecoverAsync(order, "retry");

        Assert.That(view.Attention, Is.Null);
        Assert.That((await order.WhenInAsync(OrderStatus.Preparing)).Has("order.recovered"));
        Assert.That(order.Account.Units.Single().Committed, Is.EqualTo(2));
    }

    [Test]
    public async Task An_operator_who_compensates_cancels_the_order_with_everything_undone()
    {
        var order = await ParkAtCommitAsync(Requests.Combined(OrderWorld.NewOrderId()));
        World.Teams.Faults.Clear();

        await RecoverAsync(order, "compensate");
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.Operator)));
        PaymentTests.NothingIsHeld(order);
    }

    [Test]
    public async Task Money_and_stock_are_never_skipped()
    {
        var order = await ParkAtCommitAsync(Requests.Plain(OrderWorld.NewOrderId()));

        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, "skip")), Is.EqualTo("action-not-allowed"));
    }

    [Test]
    public async Task An_order_that_is_not_stuck_has_nothing_to_recover()
    {
        var order = await World.PlaceAsync(Requests.Plain(OrderWorld.NewOrderId()));

        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, "retry")), Is.EqualTo("not-stuck"));
    }

    [Test]
    public async Task The_purchase_history_of_a_completed_order_may_be_skipped_and_by_a_batch_signal_too()
    {
        var order = await World.PlaceAsync(Requests.Plain(OrderWorld.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        World.Teams.Faults.Set(new FaultRule(Team.Member, Status: 400));

        var confirming = order.AskAsync(wf => wf.ConfirmAsync());
        var parked = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That(parked.View.Attention!.Actions, Is.EqualTo(new[] { "retry", "skip" }));
        await order.Handle.SignalAsync(wf => wf.RecoverBySignalAsync(new RecoverCommand("skip", "told by phone", "operator:kim")));

        Assert.That((await confirming).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [TestCase(400)]
    [TestCase(503)]
    public async Task What_was_accrued_before_the_purchase_history_was_skipped_is_still_clawed_back(int answer)
    {
        var order = await World.PlaceAsync(Requests.Plain(OrderWorld.NewOrderId()), OrderWorld.Usual with { StepPatience = TimeSpan.FromSeconds(2) });
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        World.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/purchases", Status: answer));

        var confirming = order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is not null);
        World.Teams.Faults.Clear();
        await RecoverAsync(order, "skip");
        await confirming;
        Assert.That((order.Account.PointsAccrued, order.Account.PurchasesRecorded), Is.EqualTo((330L, 0)));

        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, false, null)));
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That(order.Account.PointsClawedBack, Is.EqualTo(330));
    }

    [Test]
    public async Task Many_stuck_orders_at_once_are_set_going_by_one_batch_signal_over_a_filter()
    {
        var orders = new List<PlacedOrder>();
        for (var i = 0; i < 5; i++)
        {
            orders.Add(await ParkAtCommitAsync(Requests.Plain(OrderWorld.NewOrderId())));
        }

        World.Teams.Faults.Clear();
        var retry = new RecoverCommand("retry", "the product team is back", "operator:kim");
        await World.Client.WorkflowService.StartBatchOperationAsync(new()
        {
            Namespace = World.Client.Options.Namespace,
            JobId = "recover-commit-stock",
            Reason = "the product team is back",
            VisibilityQuery = "OrderNeedsAttention = true AND OrderStep = 'commit-stock'",
            SignalOperation = new() { Signal = "recover", Input = new() { Payloads_ = { await World.Client.Options.DataConverter.ToPayloadAsync(retry) } } },
        });

        foreach (var order in orders)
        {
            await order.WhenInAsync(OrderStatus.Preparing);
        }
    }

    [Test]
    public async Task What_compensating_would_give_back_is_told_before_it_is_chosen()
    {
        var order = await ParkAtCommitAsync(Requests.Combined(OrderWorld.NewOrderId()));

        var compensation = order.Stored!.View.Attention!.Compensation!;

        Assert.That((compensation.Card.Amount, compensation.Points.Amount, compensation.CouponCode), Is.EqualTo((113_000L, 4_000L, "EVERY3")));
        Assert.That(compensation.Units, Is.EqualTo(new[] { new LineQuantity("p-100", 2) }));
        World.Teams.Faults.Clear();
        await RecoverAsync(order, "compensate");
        await order.WhenEndedAsync();
        Assert.That((order.Account.CardRefunded, order.Account.PointsRestored, order.Account.CouponRestorations), Is.EqualTo((113_000L, 4_000L, 1)));
    }

    [Test]
    public async Task Compensating_is_not_offered_once_logistics_could_not_stop_a_parcel()
    {
        var order = await World.PlaceAsync(Requests.Plain(OrderWorld.NewOrderId()) with { DeliveryNote = "#unstoppable" });
        await order.LetPaymentBeApprovedAsync();
        await order.LetAsync("logistics.dispatch-started");
        World.Teams.Faults.Set(new FaultRule(Team.Logistics, Path: "/shipments/*/cancel", Status: 400));
        var cancelling = order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        var parked = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That(parked.View.Attention!.Actions, Is.EqualTo(new[] { "retry", "compensate" }));

        World.Teams.Faults.Clear();
        await RecoverAsync(order, "compensate");
        var again = await order.WhenAsync(stored => stored.View.Attention is { Actions: ["retry"] });
        Assert.That(again.View.Attention!.Error, Does.Contain("could not stop"));

        await RecoverAsync(order, "retry");
        Assert.That(await PlacedOrder.RefusalOfAsync(cancelling), Is.EqualTo("dispatch-refused"));
        Assert.That((order.Account.CardRefunded, order.Stored!.View.Status), Is.EqualTo((0L, OrderStatus.Dispatching)));
    }

    [Test]
    public async Task An_undo_that_fails_parks_the_order_and_is_never_swallowed()
    {
        var order = await World.PlaceAsync(Requests.Combined(OrderWorld.NewOrderId()));
        World.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/point-restorations", Status: 400));

        var cancelling = order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        var parked = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((parked.View.Attention!.Step, parked.View.Status), Is.EqualTo(("restore-points", OrderStatus.AwaitingPayment)));
        Assert.That(parked.View.Attention.Actions, Is.EqualTo(new[] { "retry" }));

        World.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        await cancelling;
        PaymentTests.NothingIsHeld(order);
    }

    [Test]
    public async Task StepPatience_a_team_that_stays_away_longer_than_our_patience_parks_the_order()
    {
        World.Teams.Faults.Set(new FaultRule(Team.Product, Method: "POST", Status: 503));
        var order = await World.StartAsync(
            Requests.Plain(OrderWorld.NewOrderId()), policies: new OrderPolicies { StepPatience = TimeSpan.FromSeconds(2) });

        var parked = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That(parked.View.Attention!.Step, Is.EqualTo("reserve-stock"));

        World.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        Assert.That((await order.WhenPlacedAsync()).Status, Is.EqualTo(OrderStatus.AwaitingPayment));
    }

    private static Task<OrderView> RecoverAsync(PlacedOrder order, string action) =>
        order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand(action, "test", "operator:kim")));

    private async Task<PlacedOrder> ParkAtCommitAsync(OrderRequest request)
    {
        var order = await World.PlaceAsync(request);
        World.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await order.LetTeamsActAsync();
        await order.WhenAsync(stored => stored.View.Attention is { Step: "commit-stock" });
        return order;
    }
}
