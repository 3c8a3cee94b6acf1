using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Converters;

namespace OrderOrchestration.Tests.Workflows;

[Parallelizable(ParallelScope.Self)]
public sealed class RecoveringTests : OrderTests
{
    [Test]
    public async Task A_step_that_is_refused_waits_for_an_operator_who_retries_it()
    {
        var order = await StuckAtCommitAsync(Requests.Plain(OrderHarness.NewOrderId()));
        Assert.That(order.Stored!.View.Attention!.Actions, Is.EqualTo(new[] { "retry", "compensate" }));
        Assert.That(order.Stored.Notifications.Select(sent => (sent.To, sent.Template)), Does.Contain(("operators", "needs-attention")));

        Harness.Teams.Faults.Clear();
        var view = await RecoverAsync(order, "retry");

        Assert.That(view.Attention, Is.Null);
        Assert.That((await order.WhenInAsync(OrderStatus.Preparing)).Has("order.recovered"));
        Assert.That(order.Account.Units.Single().Committed, Is.EqualTo(2));
    }

    [Test]
    public async Task An_operator_who_compensates_cancels_the_order_with_everything_undone()
    {
        var order = await StuckAtCommitAsync(Requests.Combined(OrderHarness.NewOrderId()));
        Harness.Teams.Faults.Clear();

        await RecoverAsync(order, "compensate");
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.Operator)));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Money_and_stock_are_never_skipped()
    {
        var order = await StuckAtCommitAsync(Requests.Plain(OrderHarness.NewOrderId()));

        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, "skip")), Is.EqualTo("action-not-allowed"));
    }

    [Test]
    public async Task An_order_that_is_not_stuck_has_nothing_to_recover()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));

        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, "retry")), Is.EqualTo("not-stuck"));
    }

    [Test]
    public async Task The_purchase_history_of_a_completed_order_may_be_skipped_and_by_a_batch_signal_too()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Status: 400));

        var confirming = order.AskAsync(wf => wf.ConfirmAsync());
        var stuck = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That(stuck.View.Attention!.Actions, Is.EqualTo(new[] { "retry", "skip" }));
        await order.Handle.SignalAsync(wf => wf.RecoverBySignalAsync(new RecoverCommand("skip", "agreed by phone", "operator:kim")));

        Assert.That((await confirming).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That((await order.WhenAsync(stored => stored.View.Attention is null)).Has("order.recovered"));
    }

    [TestCase(400)]
    [TestCase(503)]
    public async Task What_was_accrued_before_the_purchase_history_was_skipped_is_still_clawed_back(int answer)
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()), OrderHarness.Usual with { StepPatience = TimeSpan.FromSeconds(2) });
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/purchases", Status: answer));

        var confirming = order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is not null);
        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "skip");
        await confirming;
        await Harness.Calls.WhenAsync(() => order.Account.PointsAccrued > 0);
        await order.WhenAsync(stored => stored.View.Attention is null);
        Assert.That((order.Account.PointsAccrued, order.Account.PurchasesRecorded), Is.EqualTo((330L, 0)));

        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, false, null, "admin:a-1")));
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That(order.Account.PointsClawedBack, Is.EqualTo(330));
    }

    [Test]
    public async Task One_batch_signal_over_a_visibility_query_recovers_many_stuck_orders()
    {
        var orders = new List<PlacedOrder>();
        for (var i = 0; i < 5; i++)
        {
            orders.Add(await StuckAtCommitAsync(Requests.Plain(OrderHarness.NewOrderId())));
        }

        // The stored view shows the attention before the search attribute does, so the test waits for the attribute.
        const string Stuck = "OrderNeedsAttention = true AND OrderStep = 'commit-stock'";
        var ids = string.Join(", ", orders.Select(order => $"'{order.Handle.Id}'"));
        await SettlementHarness.UntilAsync(async () => (await Harness.Client.CountWorkflowsAsync($"{Stuck} AND WorkflowId IN ({ids})")).Count == orders.Count);

        Harness.Teams.Faults.Clear();
        var retry = new RecoverCommand("retry", "the product team is back", "operator:kim");
        await Harness.Client.WorkflowService.StartBatchOperationAsync(new()
        {
            Namespace = Harness.Client.Options.Namespace,
            JobId = "recover-commit-stock",
            Reason = "the product team is back",
            VisibilityQuery = Stuck,
            SignalOperation = new() { Signal = "recover", Input = new() { Payloads_ = { await Harness.Client.Options.DataConverter.ToPayloadAsync(retry) } } },
        });

        foreach (var order in orders)
        {
            await order.WhenInAsync(OrderStatus.Preparing);
        }
    }

    [Test]
    public async Task An_intervention_shows_what_compensate_would_give_back()
    {
        var order = await StuckAtCommitAsync(Requests.Combined(OrderHarness.NewOrderId()));

        var compensation = order.Stored!.View.Attention!.Compensation!;

        Assert.That((compensation.Card.Amount, compensation.Points.Amount, compensation.CouponCode), Is.EqualTo((113_000L, 4_000L, "EVERY3")));
        Assert.That(compensation.Units, Is.EqualTo(new[] { new LineQuantity("p-100", 2) }));
        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "compensate");
        await order.WhenEndedAsync();
        Assert.That((order.Account.CardRefunded, order.Account.PointsRestored, order.Account.CouponRestorations), Is.EqualTo((113_000L, 4_000L, 1)));
    }

    [Test]
    public async Task A_cancellation_that_logistics_refuses_after_an_outage_leaves_the_order_as_it_was()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()) with { DeliveryNote = "#unstoppable" });
        await order.LetPaymentBeApprovedAsync();
        await order.LetAsync("logistics.dispatch-started");
        Harness.Teams.Faults.Set(new FaultRule(Team.Logistics, Path: "/shipments/*/cancel", Status: 400));
        var answered = await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        Assert.That(answered.Status, Is.EqualTo(OrderStatus.Dispatching), "what is known when the team does not answer");
        var stuck = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((stuck.View.Attention!.Step, stuck.View.Attention.Actions), Is.EqualTo(("stop-shipments", new[] { "retry" })));

        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        await order.WhenAsync(stored => stored is { View: { Attention: null, CancellationRequestedAt: null } } && stored.Has("order.recovered"));
        await order.WhenAtRestAsync();
        Assert.That((order.Account.CardRefunded, order.Stored!.View.Status), Is.EqualTo((0L, OrderStatus.Dispatching)));
    }

    [Test]
    public async Task A_failed_undo_waits_for_an_operator_and_is_never_swallowed()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/point-restorations", Status: 400));

        var answered = await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        Assert.That(answered.Status, Is.EqualTo(OrderStatus.Cancelled), "decided at once, undone beside");
        var stuck = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((stuck.View.Attention!.Step, stuck.View.Attention.Actions), Is.EqualTo(("restore-points", new[] { "retry", "write-off" })));
        await Harness.Calls.WhenAsync(() => order.Account.CouponRestorations == 1);

        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task StepPatience_a_step_whose_team_stays_away_longer_waits_for_an_operator()
    {
        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Method: "POST", Status: 503));
        var order = await Harness.StartAsync(
            Requests.Plain(OrderHarness.NewOrderId()), policies: new OrderPolicies { StepPatience = TimeSpan.FromSeconds(2) });

        var stuck = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That(stuck.View.Attention!.Step, Is.EqualTo("reserve-stock"));

        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, "retry");
        Assert.That((await order.WhenPlacedAsync()).Status, Is.EqualTo(OrderStatus.Placed), "answered with what is known while an operator is asked");
        await order.WhenInAsync(OrderStatus.AwaitingPayment);
    }

    private static Task<OrderView> RecoverAsync(PlacedOrder order, string action) =>
        order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand(action, "test", "operator:kim")));

    private async Task<PlacedOrder> StuckAtCommitAsync(OrderRequest request)
    {
        var order = await Harness.PlaceAsync(request);
        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await order.LetTeamsActAsync();
        await order.WhenAsync(stored => stored.View.Attention is { Step: "commit-stock" });
        return order;
    }
}
