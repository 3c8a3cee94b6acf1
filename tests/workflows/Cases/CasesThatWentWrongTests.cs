using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Cases;

/// <summary>No handler waits for other teams: a command is answered by what is decided, whatever another team has yet to do (cases 1 to 4 and 19).</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class CasesThatWentWrongTests : OrderTests
{
    /// <summary>The bound of an immediate answer; it takes a second or two on an idle machine.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(15);

    [Test]
    public async Task Case_1_a_second_attempt_is_paid_while_the_refund_of_the_first_is_still_on_its_way()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember();
        Harness.Teams.Scenarios.Add(new PaymentRule(request.OrderId, Attempt: 1, Outcome: PaymentOutcome.ApproveAfterCancel, Refunds: RefundAnswer.Never));
        var order = await Harness.PlaceAsync(request);
        await order.AskAsync(wf => wf.CancelPaymentAsync());
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Payments[0].Refunds.Count == 1);

        await order.AskAsync(wf => wf.PayAsync(new PayCommand("card"))).WaitAsync(AtOnce);
        await Harness.Calls.WhenAsync(() => order.Account.Payments.Count == 2);
        await order.LetAsync("payment.approved", 2);
        var confirmed = await order.WhenInAsync(OrderStatus.Preparing);

        Assert.That(confirmed.View.Payments[1].Status, Is.EqualTo(PaymentStatus.Approved));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((66_000L, 0L)), "the first is asked for and not yet back");
    }

    [Test]
    public async Task Case_2_a_cancellation_is_answered_and_undone_though_the_refund_takes_a_day()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember().PayingBy("card-slow-refund"));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);

        var answered = await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind"))).WaitAsync(AtOnce);
        Assert.That(answered.Status, Is.EqualTo(OrderStatus.Cancelled));
        await Harness.Calls.WhenAsync(() => order.Account is { PointsRestored: 4_000, CouponRestorations: 1 } && order.Account.Units.Single().Restored == 2);
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Processing }]);
        Assert.That(order.Account.CardRefunded, Is.Zero);

        Harness.Teams.Steps.RunAll(order.OrderId);
        Assert.That((await order.WhenEndedAsync()).Refunds.Single().Status, Is.EqualTo(RefundStatus.Completed));
        Assert.That(order.Account.CardRefunded, Is.EqualTo(order.Account.CardCharged));
    }

    [Test]
    public async Task Case_3_an_accrual_that_is_refused_for_good_waits_for_an_operator_beside_the_completed_order()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/point-accruals", Status: 400));

        var answered = await order.AskAsync(wf => wf.ConfirmAsync()).WaitAsync(AtOnce);
        Assert.That(answered.Status, Is.EqualTo(OrderStatus.Completed));
        var waiting = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((waiting.View.Status, waiting.View.Attention!.Actions), Is.EqualTo((OrderStatus.Completed, new[] { "retry", "skip" })));

        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("skip", "the member is gone", "operator:kim")));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Account.PointsAccrued, Is.Zero);
    }

    [Test]
    public async Task Case_4_while_one_step_waits_for_an_operator_a_return_an_event_and_a_deadline_are_handled()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/purchases", Status: 400));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is { Step: "record-purchase" });

        var command = new RefundCommand("r-1", RefundReasons.ChangeOfMind, true, [new LineQuantity("p-101", 1)]);
        var asked = await order.AskAsync(wf => wf.RequestRefundAsync(command)).WaitAsync(AtOnce);
        Assert.That(asked.Refunds.Single().Status, Is.EqualTo(RefundStatus.AwaitingPickup));
        await order.LetAsync("logistics.return-picked-up");
        await order.TellAsync("product.info-changed", new { productId = "p-101" });
        await order.WhenAsync(stored => stored.Has("product.info-changed"));
        await Harness.Calls.WhenAsync(() => order.Account.Units.Single().Restored == 1);

        Harness.Teams.Faults.Clear();
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim")));
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [Test]
    public async Task Case_4_PickupPatience_passes_while_another_step_waits_for_an_operator_and_each_is_resolved_by_its_id()
    {
        var order = await DeliveredAsync();
        Harness.Teams.Faults.Set(new FaultRule(Team.Member, Path: "/members/*/purchases", Status: 400));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenAsync(stored => stored.View.Attention is { Step: "record-purchase" });
        var command = new RefundCommand("r-1", RefundReasons.ChangeOfMind, true, [new LineQuantity("p-101", 1)]);
        await order.AskAsync(wf => wf.RequestRefundAsync(command));
        await Harness.Calls.WhenAsync(() => order.Account.Pickups == 1);
        await order.WhenAtRestAsync();

        await Harness.SkipAsync(TimeSpan.FromDays(14) + TimeSpan.FromMinutes(1));
        var both = await order.WhenAsync(stored => stored.View.Attentions.Count == 2);
        Assert.That(both.View.Attentions.Select(attention => attention.Step), Is.EquivalentTo(new[] { "record-purchase", "await-pickup" }));

        var pickup = both.View.Attentions.Single(attention => attention.Step == "await-pickup").AttentionId;
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("end", "the customer keeps them", "operator:kim", pickup, 0)));
        var one = await order.WhenAsync(stored => stored.View.Attentions.Count == 1);
        Assert.That(one.View.Attention!.Step, Is.EqualTo("record-purchase"));
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("skip", "agreed by phone", "operator:kim")));

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Account.CardRefunded, Is.Zero);
    }

    [Test]
    public async Task Case_19_a_sale_that_stops_while_the_order_is_being_placed_cancels_it()
    {
        Harness.Teams.Faults.Set(new FaultRule(Team.Promotion, Path: "/coupons/*/redemptions", Status: 503));
        var order = await Harness.StartAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember(), isStored: true);
        await Harness.Calls.WhenAsync(() => Harness.Teams.Faults.Current.Single().Applied > 0);

        await order.TellAsync("product.sale-stopped", new { productId = "p-100", reason = "recall" });
        await order.ViewAsync();
        await using var retries = Harness.SkipRetries();
        Harness.Teams.Faults.Clear();

        var cancelled = await order.WhenInAsync(OrderStatus.Cancelled);
        Assert.That(cancelled.View.CancelReason, Is.EqualTo(CancelReason.SaleStopped));
        await order.WhenEndedAsync();
        Assert.That(order.Account is { CardCharged: 0, PendingPayments: 0 });
    }

    private async Task<PlacedOrder> DeliveredAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.ViewAsync();
        return order;
    }
}
