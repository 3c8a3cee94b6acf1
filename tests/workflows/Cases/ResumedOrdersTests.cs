using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Workflows.Cases;

/// <summary>Invariant 10 (domain §5): an order is resumed from its stored snapshot at any moment, whether its run was terminated or reset (case 18).</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ResumedOrdersTests : OrderTests
{
    [Test]
    public async Task Case_18_an_order_terminated_while_awaiting_payment_is_resumed_by_its_approval()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.WhenAtRestAsync();
        await order.Handle.TerminateAsync("by mistake");

        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((113_000L, 0L)));
    }

    [Test]
    public async Task A_late_approval_resumes_a_cancelled_order_at_rest_and_is_refunded()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember().PayingBy("card-approved-after-cancel"));
        await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        await order.Handle.GetResultAsync();

        await order.LetPaymentBeApprovedAsync();
        await order.WhenAsync(stored => stored.Has("order.refund-completed"));

        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((33_000L, 33_000L)));
    }

    [TestCase(OrderStatus.AwaitingPayment)]
    [TestCase(OrderStatus.Preparing)]
    [TestCase(OrderStatus.Dispatching)]
    [TestCase(OrderStatus.Shipping)]
    [TestCase(OrderStatus.Delivered)]
    public async Task An_order_terminated_at_any_stage_is_restored_and_goes_on(OrderStatus stage)
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetUntilAsync(stored => stored.IsIn(stage));
        await TerminateAndRestoreAsync(order);

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded, order.Account.Shipments.Count), Is.EqualTo((113_000L, 0L, 1)));
    }

    [Test]
    public async Task A_refund_that_waits_for_an_admin_still_does_after_a_restoration()
    {
        var order = await DeliveredAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.WrongItem, true, null, "customer", 0)));
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.AwaitingApproval }]);
        await TerminateAndRestoreAsync(order);

        await order.AskAsync(wf => wf.DecideRefundAsync(new RefundDecision("r-1", true, "admin:lee", "seen", 0)));
        await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.AwaitingPickup }]);
        await TerminateAndRestoreAsync(order);
        await order.LetAsync("logistics.return-picked-up");

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Refunded));
        Assert.That((order.Account.CardRefunded, order.Account.PointsRestored, order.Account.Pickups), Is.EqualTo((113_000L, 4_000L, 1)));
    }

    [Test]
    public async Task An_exchange_goes_on_after_a_restoration()
    {
        var order = await DeliveredAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        var command = new ExchangeCommand("x-1", RefundReasons.WrongItem, [new LineQuantity("p-101", 1)]);
        await order.AskAsync(wf => wf.RequestExchangeAsync(command));
        await Harness.Calls.WhenAsync(() => order.Account.Pickups == 1);
        await TerminateAndRestoreAsync(order);

        await order.LetUntilAsync(stored => stored.Has("order.exchange-completed"));

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        var units = order.Account.Units.Single();
        Assert.That((units.Committed, units.Restored, order.Account.Shipments.Count), Is.EqualTo((3L, 1L, 2)));
    }

    [Test]
    public async Task An_event_received_but_not_applied_before_a_termination_is_applied_by_the_next_run()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.WhenAtRestAsync();
        await Harness.WithoutWorkerAsync(async () =>
        {
            await order.LetTeamsActAsync();
            await Harness.Teams.WhenSettledAsync();
            await order.Handle.TerminateAsync("before a worker saw the approval");
        });
        Assert.That(order.Stored!.Has("payment.approved"), Is.False);

        await Harness.Runs.RestoreAsync(order.OrderId, default);

        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Stored!.Types.Count(type => type == "payment.approved"), Is.EqualTo(1));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((113_000L, 0L)));
    }

    [Test]
    public async Task Restoring_an_order_that_runs_does_nothing_to_it()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        var before = (await order.Handle.DescribeAsync()).RunId;

        await Harness.Runs.RestoreAsync(order.OrderId, default);

        Assert.That((await order.Handle.DescribeAsync()).RunId, Is.EqualTo(before));
    }

    [TestCase(0.0)]
    [TestCase(0.5)]
    [TestCase(1.0)]
    public async Task Case_18_a_reset_run_resumes_from_the_stored_snapshot_and_nothing_happens_twice(double where)
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetPaymentBeApprovedAsync();
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Shipping));
        for (var i = 0; i < 30; i++)
        {
            await order.TellAsync("product.info-changed", new { productId = "p-100", number = i });
        }

        await order.WhenAsync(stored => stored.Types.Count(type => type == "product.info-changed") == 30);
        await order.WhenAtRestAsync();
        var before = order.Stored!;

        await ResetAsync(order, where);
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        await order.AskAsync(wf => wf.ConfirmAsync());
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));

        var after = await order.WhenInAsync(OrderStatus.Completed);
        Assert.That(after.Snapshot.Version, Is.GreaterThan(before.Snapshot.Version), "the stored version goes on");
        Assert.That(after.Types.Take(before.Events.Count), Is.EqualTo(before.Types), "events that were published stay");
        Assert.That((order.Account.CardCharged, order.Account.Shipments.Count, order.Account.PurchasesRecorded), Is.EqualTo((113_000L, 1, 1)));
    }

    [Test]
    public async Task A_command_on_a_run_that_is_behind_the_store_is_refused_as_superseded_and_done_by_the_next_run()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
        var later = order.Stored!.Snapshot with { Version = order.Stored.Snapshot.Version + 1 };
        await Harness.Store.WriteAsync(new OrderRecord(later, [], []), "an earlier run whose record came late", default);
        var elsewhere = new ShippingAddress("김주문", "010-1111-0001", "48058", "부산시 해운대구");
        var command = new ChangeAddressCommand(elsewhere, new ServiceabilityFact(Deliverable: true, Remote: false));

        var refusal = await PlacedOrder.RefusalOfAsync(order.AskAsync(wf => wf.ChangeAddressAsync(command)));
        Assert.That(refusal, Is.EqualTo("order-superseded"), "the API asks again by itself");
        var moved = await order.SendAsync("change-address", "move-2", seen => command with { SeenVersion = seen });

        Assert.That(moved.ShipTo, Is.EqualTo(elsewhere));
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_late_record_of_a_terminated_run_is_resumed_from_or_refused_as_superseded(bool comesFirst)
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
        var before = order.Stored!.Snapshot;
        var late = new OrderRecord(before with { Version = before.Version + 1, ShipTo = before.ShipTo with { Address1 = "부산시 해운대구" } }, [], []);
        RecordOutcome? outcome = null;
        await Harness.WithoutWorkerAsync(async () =>
        {
            await order.Handle.TerminateAsync("by mistake");
            await Harness.Runs.RestoreAsync(order.OrderId, default);
            outcome = comesFirst ? await Harness.Store.WriteAsync(late, "the terminated run", default) : null;
        });

        if (comesFirst)
        {
            await order.WhenAsync(stored => stored.Snapshot.Version > late.Snapshot.Version);
            await order.WhenAtRestAsync();
        }
        else
        {
            await order.WhenAsync(stored => stored.Snapshot.Version > before.Version);
            outcome = await Harness.Store.WriteAsync(late, "the terminated run", default);
        }

        Assert.That(outcome, Is.EqualTo(comesFirst ? RecordOutcome.Written : RecordOutcome.Superseded));
        Assert.That((await order.ViewAsync()).ShipTo!.Address1, Is.EqualTo(comesFirst ? late.Snapshot.ShipTo.Address1 : before.ShipTo.Address1));
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    private async Task TerminateAndRestoreAsync(PlacedOrder order)
    {
        await order.WhenAtRestAsync();
        await order.Handle.TerminateAsync("by mistake");
        await Harness.Runs.RestoreAsync(order.OrderId, default);
    }

    /// <param name="where">0: to the first workflow task, 1: to the last.</param>
    private async Task ResetAsync(PlacedOrder order, double where)
    {
        var history = await order.Handle.FetchHistoryAsync();
        var tasks = history.Events.Where(entry => entry.EventType == EventType.WorkflowTaskCompleted).Select(entry => entry.EventId).ToList();
        await Harness.Client.WorkflowService.ResetWorkflowExecutionAsync(new ResetWorkflowExecutionRequest
        {
            Namespace = Harness.Client.Options.Namespace,
            WorkflowExecution = new() { WorkflowId = order.Handle.Id, RunId = (await order.Handle.DescribeAsync()).RunId },
            Reason = "in the Web UI",
            RequestId = Guid.NewGuid().ToString(),
            WorkflowTaskFinishEventId = tasks[(int)(where * (tasks.Count - 1))],
        });
    }

    private async Task<PlacedOrder> DeliveredAsync(OrderRequest request)
    {
        var order = await Harness.PlaceAsync(request);
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        return order;
    }
}
