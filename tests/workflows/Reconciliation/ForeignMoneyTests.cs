using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;
using RefundStatus = OrderOrchestration.Workflows.Messages.RefundStatus;

namespace OrderOrchestration.Tests.Workflows.Reconciliation;

/// <summary>
/// Money on which the payment team's books differ from ours, and teams that refuse for good (domain §4, the other teams' word), against the seven teams' own
/// books.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ForeignMoneyTests
{
    private OrderHarness harness = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => harness = await OrderHarness.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    [TearDown]
    public void Clear() => harness.Teams.Faults.Clear();

    [Test]
    public async Task Case_5_an_approval_of_another_amount_waits_for_an_operator_and_compensate_refunds_that_amount()
    {
        var orderId = OrderHarness.NewOrderId();
        harness.Teams.Scenarios.Add(new PaymentRule(OrderId: orderId, ApprovedAmount: 100));
        var order = await harness.PlaceAsync(Requests.Plain(orderId));
        await order.LetTeamsActAsync();
        var stuck = await order.WhenAsync(stored => stored.View.Attention is { Step: "approve-amount" });

        Assert.That(stuck.View.Attention!.Error, Does.Contain("100 won").And.Contain("33,000 won"));
        Assert.That((stuck.View.Status, order.Account.Units.Single().Committed), Is.EqualTo((OrderStatus.AwaitingPayment, 0L)));
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("compensate", "not what was asked for", "operator:kim")));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Cancelled));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((100L, 100L)));
    }

    [TestCase("retry", OrderStatus.Delivered)]
    [TestCase("compensate", OrderStatus.Cancelled)]
    public async Task Case_8_a_payment_refunded_in_the_console_stops_the_goods_and_an_operator_decides(string action, OrderStatus end)
    {
        var order = await PreparedAsync();
        harness.Teams.Payment.Console.Refund(PaymentOf(order), new ConsoleRefundRequest(RefundId: "staff-" + order.OrderId));
        var stuck = await order.WhenAsync(stored => stored.View.Attention is { Step: "foreign-refund" });

        Assert.That(stuck.View.Attention!.Error, Does.Contain("33,000 won were given back at the payment team without us"));
        Assert.That(order.Account.Units.Single().Shipped, Is.Zero);
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand(action, "agreed with the customer", "operator:kim")));
        if (end == OrderStatus.Delivered)
        {
            await DeliverAsync(order);
        }
        else
        {
            Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(end));
            Assert.That(order.Account.Units.Single().Restored, Is.EqualTo(2));
        }

        Assert.That(order.Account.CardRefunded, Is.EqualTo(33_000), "nothing more is given back than was taken");
        Assert.That(order.Stored!.Snapshot.Ledger.Where(entry => entry.Kind == LedgerKind.ForeignRefund).Sum(entry => entry.Amount!.Value.Amount), Is.EqualTo(33_000));
    }

    [Test]
    public async Task Case_7_our_own_refund_asks_for_no_more_than_staff_have_left_there()
    {
        var order = await PreparedAsync();
        await order.LetDeliverAsync();
        harness.Teams.Payment.Console.Refund(PaymentOf(order), new ConsoleRefundRequest(20_000, "staff-" + order.OrderId, Webhook: false));
        await RefundAsync(order, 2);
        var refunded = await order.WhenInAsync(OrderStatus.Refunded);

        Assert.That(order.Account.CardRefunded, Is.EqualTo(33_000));
        var ledger = refunded.Snapshot.Ledger;
        Assert.That(ledger.Single(entry => entry.Kind == LedgerKind.ForeignRefund).Amount, Is.EqualTo(new Won(20_000)));
        Assert.That(ledger.Single(entry => entry.Kind == LedgerKind.Refunded).Amount, Is.EqualTo(new Won(13_000)));
    }

    [Test]
    public async Task RefundDueDays_an_overdue_refund_is_published_and_the_operators_are_notified_once()
    {
        var orderId = OrderHarness.NewOrderId();
        harness.Teams.Scenarios.Add(new RefundRule(OrderId: orderId, Answer: RefundAnswer.Never));
        var order = await PreparedAsync(orderId);
        await order.LetDeliverAsync();
        await RefundAsync(order, 1);
        var due = (await order.WhenAsync(stored => stored.View.Refunds is [{ DueAt: not null }])).View.Refunds.Single().DueAt!.Value;
        Assert.That(due.ToOffset(TimeSpan.FromHours(9)).TimeOfDay, Is.EqualTo(new TimeSpan(23, 59, 59)));
        await harness.SkipAsync(due - harness.Now + TimeSpan.FromHours(30));
        var overdue = await order.WhenAsync(stored => stored.Has("order.refund-overdue"));

        Assert.That(overdue.View.Refunds.Single().Overdue, Is.True);
        Assert.That(overdue.Notifications.Count(sent => sent is { To: "operators", Template: "refund-overdue" }), Is.EqualTo(1));
        Assert.That(overdue.Types.Count(type => type == "order.refund-overdue"), Is.EqualTo(1));
    }

    [Test]
    public async Task Case_9_RefundPatience_a_refund_that_never_ends_waits_for_an_operator_and_end_counts_it_as_paid_by_hand()
    {
        var orderId = OrderHarness.NewOrderId();
        harness.Teams.Scenarios.Add(new RefundRule(OrderId: orderId, Answer: RefundAnswer.Never));
        var order = await PreparedAsync(orderId);
        await order.LetDeliverAsync();
        await RefundAsync(order, 2);
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Processing }]);
        await harness.SkipAsync(TimeSpan.FromDays(3) + TimeSpan.FromHours(1));
        await order.WhenAsync(stored => stored.View.Attention is { Step: "await-refund" });
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("end", "paid at the counter", "operator:kim")));

        Assert.That((await order.WhenInAsync(OrderStatus.Refunded)).Snapshot.FindRefund("r-1")!.IsPaidByHand, Is.True);
    }

    [Test]
    public async Task Case_29_points_and_coupon_of_a_member_who_is_gone_are_written_off_and_the_cancellation_ends()
    {
        var order = await harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()) with { MemberId = "m-150" });
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        harness.Teams.Member.SetDeleted("m-150", isDeleted: true);
        await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind", "customer")));
        await using var retries = harness.SkipRetries();
        while ((await order.WhenAsync(stored => stored.View.Attention is { } attention && attention.Actions.Contains("write-off") || stored.Snapshot.IsAtRest)).View.Attention is { } waits)
        {
            await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("write-off", "the member has left", "operator:kim", waits.AttentionId)));
            await order.WhenAsync(stored => stored.View.Attention?.AttentionId != waits.AttentionId);
        }

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Cancelled));
        Assert.That(order.Stored!.Snapshot.Ledger.Exists(entry => entry.Kind == LedgerKind.WrittenOff), Is.True);
        Assert.That(order.Stored.Has("order.written-off"), Is.True);
        harness.Teams.Member.SetDeleted("m-150", isDeleted: false);
    }

    [Test]
    public async Task Case_27_of_a_birthday_only_the_month_counts()
    {
        harness.Teams.Faults.Set(new FaultRule(
            Team.Member, Method: "GET", Answer: new JsonChange(new Dictionary<string, JsonElement> { ["/birthday"] = JsonSerializer.SerializeToElement("1990-02-29") })));
        var facts = await harness.QuoteAsync(Requests.Plain(OrderHarness.NewOrderId()));

        Assert.That(facts.Member!.Birthday!.Value.Month, Is.EqualTo(2));
    }

    [Test]
    public async Task A_difference_that_was_reported_waits_for_its_operator_beside_a_completed_order()
    {
        var order = await PreparedAsync();
        await order.LetDeliverAsync();
        await order.AskAsync(wf => wf.ConfirmAsync());
        await harness.Runs.SignalAsync(
            order.OrderId,
            new PartnerEvent(
                "difference-1", "/teams/order", "reconciliation.difference-found", order.OrderId, harness.Now, JsonSerializer.SerializeToElement(new { text = "100 there, 33,000 here" })),
            default);
        var stuck = await order.WhenAsync(stored => stored.View.Attention is { Step: "payment-difference" });

        Assert.That((stuck.View.Status, stuck.View.Attention!.Error), Is.EqualTo((OrderStatus.Completed, "100 there, 33,000 here")));
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("end", "a typing error there", "operator:kim")));
        await order.WhenAsync(stored => stored.View.Attention is null && stored.Snapshot.PaymentDifferences.IsEmpty);
    }

    [Test]
    public async Task An_event_that_arrives_while_the_run_closes_is_in_the_snapshot_that_the_repeated_task_writes()
    {
        var order = await PreparedAsync();
        await order.LetDeliverAsync();
        harness.Store.AfterWrite = async record =>
        {
            if (record.Snapshot.OrderId == order.OrderId && record.Snapshot.IsAtRest)
            {
                // The workflow task that would close the run waits for this write; the server then rejects its completion, because it has not handled the event.
                harness.Store.AfterWrite = _ => Task.CompletedTask;
                await harness.Runs.SignalOpenAsync(
                    order.OrderId,
                    new PartnerEvent(
                        "difference-2", "/teams/order", "reconciliation.difference-found", order.OrderId, harness.Now, JsonSerializer.SerializeToElement(new { text = "found late" })),
                    default);
            }
        };
        await order.AskAsync(wf => wf.ConfirmAsync());

        var stuck = await order.WhenAsync(stored => stored.View.Attention is { Step: "payment-difference" });

        Assert.That(stuck.View.Attention!.Error, Is.EqualTo("found late"));
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("end", "a typing error there", "operator:kim")));
        await order.WhenEndedAsync();
    }

    private async Task<PlacedOrder> PreparedAsync(string? orderId = null)
    {
        var order = await harness.PlaceAsync(Requests.Plain(orderId ?? OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        return order;
    }

    /// <summary>Lets the teams act until the goods are delivered; steps of the stopped parcel do nothing.</summary>
    private async Task DeliverAsync(PlacedOrder order)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!order.Stored!.IsIn(OrderStatus.Delivered))
        {
            harness.Teams.Steps.RunNext(order.OrderId);
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>An administrator refunds units without a return of their goods.</summary>
    private static async Task RefundAsync(PlacedOrder order, int units)
    {
        var command = new RefundCommand("r-1", RefundReasons.Defective, false, [new LineQuantity("p-101", units)], "admin:lee");
        await order.AskAsync(wf => wf.RequestRefundAsync(command));
    }

    private static string PaymentOf(PlacedOrder order) => order.Account.Payments.Single().PaymentId;
}
