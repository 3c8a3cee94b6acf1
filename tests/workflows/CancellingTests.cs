using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows;

[Parallelizable(ParallelScope.Self)]
public sealed class CancellingTests : OrderTests
{
    [Test]
    public async Task 배송_전_취소는_즉시_처리_cancelling_before_payment_closes_the_attempt_and_gives_everything_back()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));

        var view = await CancelAsync(order);

        Assert.That((view.Status, view.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.CustomerRequest)));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_6_cancelling_a_paid_order_undoes_card_stock_points_and_coupon_in_this_order()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);

        await CancelAsync(order);

        await PaymentTests.NothingIsHeldAsync(order);
        await order.WhenEndedAsync();
        Assert.That(order.Stored!.Types.SkipWhile(type => type != "order.cancellation-requested"), Is.EqualTo(new[]
        {
            "order.cancellation-requested", "order.cancelled", "order.refund-requested", "order.refund-approved", "payment.refund-completed", "order.refund-completed",
            "order.stock-restoration-requested", "product.stock-restored", "member.points-restored", "promotion.coupon-restored",
        }));
        Assert.That(order.Stored.View.Refunds.Single(), Is.EqualTo(order.Stored.View.Refunds.Single() with { Amount = new Won(113_000), Points = new Won(4_000), Status = RefundStatus.Completed }));
        Assert.That(order.Stored.Templates, Does.Contain("order-cancelled").And.Contain("refund-completed"));
    }

    [Test]
    public async Task Cancelling_twice_says_that_the_order_is_closed()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await CancelAsync(order);

        Assert.That(await PlacedOrder.RefusalOfAsync(CancelAsync(order)), Is.EqualTo("already-closed"));
    }

    [Test]
    public async Task Hotspot_16_logistics_refuses_to_stop_and_the_order_goes_on()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()) with { DeliveryNote = "#unstoppable" });
        await order.LetPaymentBeApprovedAsync();
        await order.LetAsync("logistics.dispatch-started");

        Assert.That(await PlacedOrder.RefusalOfAsync(CancelAsync(order)), Is.EqualTo("dispatch-refused"));

        await order.LetAsync("logistics.dispatched");
        Assert.That((order.Stored!.View.Status, order.Account.CardRefunded), Is.EqualTo((OrderStatus.Dispatching, 0L)));
    }

    [Test]
    public async Task Hotspot_16_logistics_agrees_to_stop_while_dispatching_and_the_order_is_cancelled_at_once()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.LetAsync("logistics.dispatch-started");

        var view = await CancelAsync(order);

        Assert.That((view.Status, view.Shipments.Single().Status), Is.EqualTo((OrderStatus.Cancelled, ShipmentStatus.Cancelled)));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_16_a_parcel_stopped_for_a_refused_cancellation_is_requested_again_and_the_status_does_not_go_back()
    {
        // p-603 ships from Busan, p-103 from Seoul; Seoul cannot stop any more.
        var request = Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)] };
        Harness.Teams.Scenarios.Add(new ShipmentRule(OrderId: request.OrderId, WarehouseId: "wh-seoul", RefuseCancel: true));
        var order = await Harness.PlaceAsync(request);
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 2);
        await order.LetAsync("logistics.dispatch-started", 1);
        await order.LetAsync("logistics.dispatch-started", 2);

        Assert.That(await PlacedOrder.RefusalOfAsync(CancelAsync(order)), Is.EqualTo("dispatch-refused"));
        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.Dispatching));
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 3);
        Harness.Teams.Steps.RunAll(order.OrderId);
        await order.WhenInAsync(OrderStatus.Delivered);

        Assert.That(order.Stored!.View.Shipments.Select(parcel => parcel.Status), Is.EquivalentTo(new[] { ShipmentStatus.Cancelled, ShipmentStatus.Delivered, ShipmentStatus.Delivered }));
    }

    [Test]
    public async Task An_order_on_its_way_is_not_cancelled()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.LetAsync("logistics.dispatch-started");
        await order.LetAsync("logistics.dispatched");
        await order.LetAsync("logistics.shipping-started");

        Assert.That(await PlacedOrder.RefusalOfAsync(CancelAsync(order)), Is.EqualTo("already-shipped"));
    }

    [Test]
    public async Task Case_2_a_refund_that_is_only_on_its_way_holds_up_neither_the_answer_nor_stock_points_and_coupon()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).PayingBy("card-slow-refund"));
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);

        Assert.That((await CancelAsync(order)).Status, Is.EqualTo(OrderStatus.Cancelled));
        await Harness.Calls.WhenAsync(() => order.Account is { CouponRestorations: 1, CardRefunded: 0 } && order.Account.PointsRestored == order.Account.PointsUsed);
        Assert.That(order.Stored!.View.Refunds.Single().Status, Is.EqualTo(RefundStatus.Processing));

        Harness.Teams.Steps.RunAll(order.OrderId);
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_8_a_product_taken_off_sale_cancels_an_order_that_is_not_paid()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));

        await order.TellAsync("product.sale-stopped", new { productId = "p-100", reason = "recall" });
        var ended = await order.WhenInAsync(OrderStatus.Cancelled);

        Assert.That(ended.View.CancelReason, Is.EqualTo(CancelReason.SaleStopped));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Cancelling_the_workflow_in_Temporal_cancels_the_order_and_undoes_everything([Values] bool atRest)
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        if (atRest)
        {
            await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
            await order.ViewAsync();
        }

        await order.Handle.CancelAsync();
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.Operator)));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task 출고_후_배송지_변경_불가_the_address_may_change_until_dispatch()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
        var elsewhere = new ShippingAddress("김주문", "010-1111-0001", "48058", "부산시 해운대구");

        var view = await order.AskAsync(wf => wf.ChangeAddressAsync(new ChangeAddressCommand(elsewhere, new ServiceabilityFact(true, false), 0)));
        Assert.That(view.ShipTo, Is.EqualTo(elsewhere));

        await order.LetAsync("logistics.dispatch-started");
        Assert.That(await PlacedOrder.RefusalOfAsync(order.AskAsync(wf => wf.ChangeAddressAsync(new ChangeAddressCommand(elsewhere, new ServiceabilityFact(true, false), 0)))), Is.EqualTo("already-dispatched"));
    }

    private static Task<OrderView> CancelAsync(PlacedOrder order) => order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
}
