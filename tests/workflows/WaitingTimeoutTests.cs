using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>
/// Nothing waits for ever (invariant 8 of domain §5): after its timeout a wait becomes an intervention, which an operator retries or ends and a late event
/// closes.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class WaitingTimeoutTests : OrderTests
{
    private static readonly string[] RetryOrEnd = ["retry", "end"];

    [Test]
    public async Task ParcelPatience_a_parcel_without_events_is_awaited_again_on_retry_and_undeliverable_on_end()
    {
        var order = await PreparingAsync();
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Shipping));
        await order.WhenAtRestAsync();
        await Harness.SkipAsync(OrderHarness.Usual.ParcelPatience + TimeSpan.FromMinutes(1));
        var first = (await AttentionAsync(order, "await-shipment")).View.Attention!;
        Assert.That((first.Process, first.Actions), Is.EqualTo(("shipment", RetryOrEnd)));

        await RecoverAsync(order, "retry", first);
        await order.WhenAsync(stored => stored.View.Attention is null);
        await order.WhenAtRestAsync();
        await Harness.SkipAsync(OrderHarness.Usual.ParcelPatience - TimeSpan.FromMinutes(1));
        await order.WhenAtRestAsync();
        Assert.That(order.Stored!.View.Attention, Is.Null, "its timeout begins anew");
        await Harness.SkipAsync(TimeSpan.FromMinutes(2));
        var second = (await AttentionAsync(order, "await-shipment")).View.Attention!;
        Assert.That(second.AttentionId, Is.Not.EqualTo(first.AttentionId));

        await RecoverAsync(order, "end", second);
        var ended = await order.WhenEndedAsync();
        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.Undeliverable)));
        Assert.That(order.Account.CardRefunded, Is.EqualTo(order.Account.CardCharged));
    }

    [Test]
    public async Task ParcelPatience_a_late_event_of_logistics_closes_the_intervention()
    {
        var order = await PreparingAsync();
        await Harness.SkipAsync(OrderHarness.Usual.ParcelPatience + TimeSpan.FromMinutes(1));
        await AttentionAsync(order, "await-shipment");

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

        Assert.That(order.Stored!.View.Attention, Is.Null);
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [Test]
    public async Task RefundPatience_a_refund_that_its_team_never_finishes_counts_as_paid_by_hand_on_end()
    {
        var order = await SlowlyRefundedAsync();
        await Harness.SkipAsync(OrderHarness.Usual.RefundPatience + TimeSpan.FromMinutes(1));
        var attention = (await AttentionAsync(order, "await-refund")).View.Attention!;
        Assert.That((attention.Process, attention.Actions), Is.EqualTo(("return", RetryOrEnd)));
        Assert.That(await PlacedOrder.RefusalOfAsync(order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("end", null, "operator:kim")))), Is.EqualTo("action-not-allowed"), "the note says how");

        await RecoverAsync(order, "end", attention);
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);

        // The team completes the refund after all: its event changes nothing any more.
        Harness.Teams.Steps.RunAll(order.OrderId);
        await order.WhenAsync(stored => stored.Has("payment.partial-refund-completed"));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Stored!.Snapshot.Ledger.Count(entry => entry.Kind == LedgerKind.Refunded), Is.EqualTo(1));
    }

    [Test]
    public async Task RefundPatience_a_refund_that_completes_late_closes_the_intervention()
    {
        var order = await SlowlyRefundedAsync();
        await Harness.SkipAsync(OrderHarness.Usual.RefundPatience + TimeSpan.FromMinutes(1));
        await AttentionAsync(order, "await-refund");

        Harness.Teams.Steps.RunAll(order.OrderId);

        await order.WhenAsync(stored => stored.View is { Attention: null, Refunds: [{ Status: RefundStatus.Completed }] });
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    private static Task<Stored> AttentionAsync(PlacedOrder order, string step) => order.WhenAsync(stored => stored.View.Attention?.Step == step);

    private static Task<OrderView> RecoverAsync(PlacedOrder order, string action, AttentionView attention) =>
        order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand(action, "agreed by phone", "operator:kim", attention.AttentionId, 0)));

    private async Task<PlacedOrder> PreparingAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
        await order.WhenAtRestAsync();
        return order;
    }

    private async Task<PlacedOrder> SlowlyRefundedAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember().PayingBy("card-slow-refund"));
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        var command = new RefundCommand("r-1", RefundReasons.Defective, ReturnRequired: false, [new LineQuantity("p-101", 1)], "admin:lee");
        await order.AskAsync(wf => wf.RequestRefundAsync(command));
        await Harness.Calls.WhenAsync(() => order.Account.Payments.Single().Refunds.Count == 1);
        await order.WhenAtRestAsync();
        return order;
    }
}
