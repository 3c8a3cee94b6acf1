using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>배송 후 환불, 부분 환불 (seed §5.5), against the seven teams' own books.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ReturningTests : ReturnTests
{
    [Test]
    public async Task The_seeds_partial_refund_of_10_000_leaves_20_000_and_the_order_partly_refunded()
    {
        var order = await DeliveredAsync(Of("p-202", 3), new OrderPolicies { ShippingFee = Won.Zero });

        var asked = await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
        var refunded = await order.WhenInAsync(OrderStatus.PartiallyRefunded);

        Assert.That(asked.Refunds.Single().Amount, Is.EqualTo(new Won(10_000)));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((30_000L, 10_000L)));
        var completed = refunded.Events.Single(told => told.Type == "order.partial-refund-completed").Data;
        Assert.That((completed.GetProperty("remaining").GetInt64(), completed.GetProperty("status").GetString()), Is.EqualTo((20_000L, "partially-refunded")));
        Assert.That(refunded.View.Lines.Single().RefundedQuantity, Is.EqualTo(1));
        Assert.That(refunded.Templates, Does.Contain("refund-completed"));
    }

    [Test]
    public async Task 반품_수거_완료_후_환불_goods_are_collected_before_the_money_goes_back_and_stocked_again()
    {
        var order = await DeliveredAsync(Of("p-101", 2));

        var asked = await RefundAsync(order, RefundReasons.ChangeOfMind, returnRequired: null);
        Assert.That((asked.Refunds.Single().Status, order.Account.CardRefunded), Is.EqualTo((RefundStatus.AwaitingPickup, 0L)));
        await order.LetAsync("logistics.return-picked-up");
        var ended = await order.WhenInAsync(OrderStatus.Refunded);

        // 33,000 paid; the shipping fee once charged and the return fee stay.
        Assert.That((order.Account.CardRefunded, ended.View.Refunds.Single().Fee), Is.EqualTo((27_000L, new Won(3_000))));
        Assert.That(order.Account.Units.Single().Restored, Is.EqualTo(2));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Refunded));
        Assert.That(ended.Types.SkipWhile(type => type != "order.refund-requested"), Is.EqualTo(new[]
        {
            "order.refund-requested", "order.refund-approved", "logistics.return-picked-up", "order.stock-restoration-requested", "product.stock-restored",
            "payment.partial-refund-completed", "order.refund-completed",
        }));
    }

    [Test]
    public async Task Defective_goods_are_not_stocked_again()
    {
        var order = await DeliveredAsync(Of("p-101", 2));
        Harness.Teams.Scenarios.Add(new PickupRule(OrderId: order.OrderId, Condition: "defective"));

        await RefundAsync(order, RefundReasons.Defective, returnRequired: true);
        await order.LetAsync("logistics.return-picked-up");
        await order.WhenInAsync(OrderStatus.Refunded);

        // All of it went back for the seller's fault: the shipping fee too.
        Assert.That((order.Account.CardRefunded, order.Account.Units.Single().Restored), Is.EqualTo((33_000L, 0L)));
    }

    [Test]
    public async Task RefundApprovalThreshold_from_100_000_won_up_an_admin_approves_before_anything_is_collected()
    {
        var order = await DeliveredAsync(Requests.Combined(OrderHarness.NewOrderId()));

        var asked = await RefundAsync(order, RefundReasons.WrongItem, returnRequired: true);
        Assert.That(asked.Refunds.Single() is { Status: RefundStatus.AwaitingApproval, Amount.Amount: 113_000, Points.Amount: 4_000 });
        await order.WhenAsync(stored => stored.Notifications.Any(sent => (sent.To, sent.Template) == ("operators", "refund-awaiting-approval")));
        Assert.That(order.Account.Pickups, Is.Zero);
        Assert.That(await PlacedOrder.RefusalOfAsync(order.AskAsync(wf => wf.ConfirmAsync())), Is.EqualTo("refund-open"));

        await DecideAsync(order, "r-1", approved: true);
        Assert.That(await PlacedOrder.RefusalOfAsync(DecideAsync(order, "r-1", approved: false)), Is.EqualTo("refund-already-decided"));
        await order.LetAsync("logistics.return-picked-up");
        await order.WhenInAsync(OrderStatus.Refunded);

        Assert.That((order.Account.CardRefunded, order.Account.PointsRestored), Is.EqualTo((113_000L, 4_000L)));
        Assert.That(order.Account.CouponRestorations, Is.Zero, "사용된 쿠폰은 환불 시 복원 불가");
    }

    [Test]
    public async Task A_rejected_refund_moves_nothing_and_may_be_asked_for_again()
    {
        var order = await DeliveredAsync(Requests.Combined(OrderHarness.NewOrderId()));
        await RefundAsync(order, RefundReasons.WrongItem, returnRequired: true);

        var rejected = await DecideAsync(order, "r-1", approved: false);

        Assert.That(rejected.Refunds.Single() is { Status: RefundStatus.Rejected, DecidedBy: "admin:lee", Note: "seen" });
        Assert.That((order.Account.CardRefunded, order.Account.Pickups), Is.EqualTo((0L, 0)));
        await order.WhenAsync(stored => stored.Templates.Contains("refund-rejected"));
        var again = await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-2", RefundReasons.Defective, false, new[] { new LineQuantity("p-100", 1) }, Admin)));
        Assert.That(again.Refunds[^1].Status, Is.EqualTo(RefundStatus.Completed).Or.EqualTo(RefundStatus.Processing));
    }

    [Test]
    public async Task The_same_refund_asked_for_twice_is_one_refund()
    {
        var order = await DeliveredAsync(Of("p-202", 3));
        await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));

        var again = await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));

        await order.WhenInAsync(OrderStatus.PartiallyRefunded);
        Assert.That((again.Refunds.Count, order.Account.Payments.Single().Refunds.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Several_refunds_of_one_order_may_be_at_the_payment_team_at_the_same_time()
    {
        var order = await DeliveredAsync(Of("p-202", 3).PayingBy("card-slow-refund"));
        for (var i = 1; i <= 3; i++)
        {
            var refundId = $"r-{i}";
            await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand(refundId, RefundReasons.Defective, false, new[] { new LineQuantity("p-202", 1) }, Admin)));
        }

        await Harness.Calls.WhenAsync(() => order.Account.Payments.Single().Refunds.Count == 3);
        for (var i = 1; i <= 3; i++)
        {
            await order.LetTeamsActAsync();
            await order.WhenAsync(stored => stored.View.Refunds.Count(refund => refund.Status == RefundStatus.Completed) == i);
        }

        Assert.That((order.Account.CardRefunded, (await order.WhenEndedAsync()).Status), Is.EqualTo((33_000L, OrderStatus.Refunded)));
    }

    [Test]
    public async Task A_refund_that_was_asked_about_before_its_event_came_is_told_once()
    {
        var order = await DeliveredAsync(Of("p-202", 3).PayingBy("card-slow-refund"));
        await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
        Harness.Teams.Faults.Set(new FaultRule(Team.Payment, Webhooks: new WebhookFault(DelayMs: 1_000)));
        await order.LetTeamsActAsync();

        await Harness.SkipAsync(TimeSpan.FromMinutes(11));
        await order.WhenInAsync(OrderStatus.PartiallyRefunded);
        var told = await order.WhenAsync(stored => stored.Types.Count(type => type == "payment.partial-refund-completed") == 2);

        Assert.That(told.Events.Last(kept => kept.Type == "payment.partial-refund-completed").Data.GetProperty("ignored").GetString(), Does.Contain("already known"));
    }

    [Test]
    public async Task A_refund_whose_event_never_comes_is_asked_about()
    {
        var request = Of("p-202", 3);
        Harness.Teams.Scenarios.Add(new PaymentRule(OrderId: request.OrderId, Refunds: RefundAnswer.WithoutWebhook));
        var order = await DeliveredAsync(request);
        await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
        await order.LetTeamsActAsync();

        await Harness.SkipAsync(TimeSpan.FromMinutes(11));
        await order.WhenInAsync(OrderStatus.PartiallyRefunded);

        Assert.That(order.Account.CardRefunded, Is.EqualTo(10_000));
    }

    [TestCase("customer")]
    [TestCase("operator:kim")]
    public async Task Money_without_goods_waits_for_an_admin_whatever_its_size(string by)
    {
        var order = await DeliveredAsync(Of("p-202", 3));

        var asked = await order.AskAsync(wf => wf.RequestRefundAsync(
            new RefundCommand("r-1", RefundReasons.Defective, false, new[] { new LineQuantity("p-202", 1) }, by)));
        Assert.That((asked.Refunds.Single().Status, order.Account.CardRefunded), Is.EqualTo((RefundStatus.AwaitingApproval, 0L)));

        await DecideAsync(order, "r-1", approved: true);
        await order.WhenInAsync(OrderStatus.PartiallyRefunded);
        Assert.That(order.Account.CardRefunded, Is.EqualTo(10_000));
    }

    [Test]
    public async Task Hotspot_24_a_refund_after_completion_claws_back_what_was_accrued()
    {
        var order = await CompletedAsync(Of("p-202", 3), "m-3");
        await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
        var refunded = await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        Assert.That((order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((100L, 10_000L)));
        Assert.That(refunded.View.Status, Is.EqualTo(OrderStatus.Completed), "a completed order stays completed while something is kept");
    }

    [Test]
    public async Task Hotspot_24_what_the_member_team_cannot_take_any_more_is_taken_off_the_refund()
    {
        var order = await CompletedAsync(Of("p-202", 3), "m-3");
        Harness.Teams.Member.SetPoints("m-3", 40);

        await RefundAsync(order, RefundReasons.Defective, returnRequired: false);
        var ended = await order.WhenEndedAsync();

        Assert.That((order.Account.PointsClawedBack, order.Account.CardRefunded), Is.EqualTo((40L, 33_000L - 290)));
        Assert.That((ended.Status, ended.Refunds.Single().Withheld), Is.EqualTo((OrderStatus.Refunded, new Won(290))));
    }

    [Test]
    public async Task A_completed_order_closes_in_Temporal_at_once_and_is_taken_up_for_a_return()
    {
        var order = await CompletedAsync(Of("p-202", 3), "m-3");
        Assert.That((await order.Handle.GetResultAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That((await order.Handle.DescribeAsync()).Status, Is.EqualTo(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Completed));

        await RefundAsync(order, RefundReasons.ChangeOfMind, returnRequired: true);
        await order.LetAsync("logistics.return-picked-up");
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, order.Account.PointsClawedBack), Is.EqualTo((OrderStatus.Refunded, 270L)), "the claw-back is of the card won that go back");
        Assert.That((await order.Handle.DescribeAsync()).Status, Is.EqualTo(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Completed));
    }

    [Test]
    public async Task A_refund_that_stays_open_holds_the_purchase_confirmation_back()
    {
        var order = await DeliveredAsync(Of("p-202", 3));
        await RefundAsync(order, RefundReasons.Defective, returnRequired: true, new LineQuantity("p-202", 1));

        await Harness.SkipAsync(TimeSpan.FromDays(10));
        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.Delivered));
        await order.LetAsync("logistics.return-picked-up");

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Account.Purchased, Is.EqualTo(20_000));
    }

    [Test]
    public async Task A_refund_that_the_payment_team_refuses_parks_the_order_and_is_never_skipped()
    {
        var order = await DeliveredAsync(Of("p-202", 3));
        Harness.Teams.Faults.Set(new FaultRule(Team.Payment, Path: "/payments/*/refunds", Status: 400));

        await RefundAsync(order, RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
        var parked = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((parked.View.Attention!.Step, parked.View.Attention.Actions), Is.EqualTo(("refund-payment", new[] { "retry" })));

        Harness.Teams.Faults.Clear();
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "test", "operator:kim")));
        await order.WhenInAsync(OrderStatus.PartiallyRefunded);
        Assert.That(order.Account.CardRefunded, Is.EqualTo(10_000));
    }
}
