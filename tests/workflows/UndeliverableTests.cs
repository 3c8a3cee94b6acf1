using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>배송 실패와 자동 반송 (seed §5.4): parcels that cannot be delivered come back and are refunded.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class UndeliverableTests : OrderTests
{
    [Test]
    public async Task MaxDeliveryAttempts_after_the_third_failed_delivery_the_goods_are_recalled_and_the_order_is_cancelled_and_undone()
    {
        var order = await PaidAsync(Requests.Combined(OrderHarness.NewOrderId()) with { DeliveryNote = "#wrong-address" });

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));

        Assert.That((order.Stored!.View.CancelReason, order.Stored.View.Shipments.Single().FailedDeliveries), Is.EqualTo((CancelReason.Undeliverable, 3)));
        Assert.That(order.Stored.Types.Count(type => type == "logistics.delivery-failed"), Is.EqualTo(3));
        await PaymentTests.NothingIsHeldAsync(order);
        Assert.That(order.Account.CouponRestorations, Is.EqualTo(1), "undelivered: the coupon comes back");
    }

    [Test]
    public async Task Goods_that_the_courier_returns_unasked_end_the_order_too()
    {
        var order = await PaidAsync(Requests.Plain(OrderHarness.NewOrderId()) with { DeliveryNote = "#returned" });

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));

        Assert.That(order.Stored!.View.CancelReason, Is.EqualTo(CancelReason.Undeliverable));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Two_failed_deliveries_are_no_reason_to_give_up()
    {
        var order = await PaidAsync(Requests.Plain(OrderHarness.NewOrderId()) with { DeliveryNote = "#absent-twice" });

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

        Assert.That(order.Stored!.View.Shipments.Single().FailedDeliveries, Is.EqualTo(2));
    }

    [Test]
    public async Task One_parcel_of_two_that_comes_back_is_refunded_whole_and_the_rest_is_kept()
    {
        // p-603 ships from Busan, p-103 from Seoul: two parcels.
        var request = Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)] };
        Harness.Teams.Scenarios.Add(new ShipmentRule(OrderId: request.OrderId, WarehouseId: "wh-busan", FailedDeliveries: int.MaxValue));
        var order = await PaidAsync(request);

        await order.LetUntilAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }] && stored.View.AutoConfirmAt is not null);

        var view = order.Stored!.View;
        Assert.That((view.Status, view.Refunds.Single().Amount, view.Refunds.Single().Reason), Is.EqualTo((OrderStatus.PartiallyRefunded, new Won(18_000), "undeliverable")));
        Assert.That(order.Account.Units.ToDictionary(units => units.ProductId, units => units.Restored), Is.EqualTo(new Dictionary<string, long> { ["p-103"] = 0, ["p-603"] = 1 }));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(order.Account.CardCharged - order.Account.CardRefunded, Is.EqualTo(53_000));
    }

    [Test]
    public async Task Both_parcels_come_back_one_after_the_other_and_every_won_returns()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId()) with
        {
            Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)],
            CouponCode = "EVERY3",
            Points = new Won(1_000),
            DeliveryNote = "#wrong-address",
        };
        var order = await PaidAsync(request);

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));

        Assert.That(order.Stored!.View.CancelReason, Is.EqualTo(CancelReason.Undeliverable));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Points_of_a_parcel_refunded_before_the_order_was_cancelled_come_back_with_its_own_money()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId()) with
        {
            Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)],
            Points = new Won(1_000),
            DeliveryNote = "#returned",
            Payment = new PaymentChoice("card-slow-refund"),
        };
        var order = await PaidAsync(request);

        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));

        var before = order.Stored!.View.Refunds[0];
        Assert.That((before.Status, order.Account.PointsUsed - order.Account.PointsRestored), Is.EqualTo((RefundStatus.Processing, before.Points.Amount)));
        Assert.That(before.Points, Is.GreaterThan(Won.Zero));
        Assert.That(OrderInvariants.BreachesOf(await order.CollectEvidenceAsync()), Is.Empty);

        await order.LetUntilAsync(stored => stored.View.Refunds.All(refund => refund.Status == RefundStatus.Completed));
        await order.WhenEndedAsync();
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Parcels_that_come_back_at_once_are_all_put_on_the_shelves_though_the_first_one_cancels_the_order()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId()) with
        {
            Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)],
            DeliveryNote = "#wrong-address",
        };
        Harness.Teams.Faults.Add([new FaultRule(Team.Product, Path: "/stock-restorations", Status: 503, Name: request.OrderId, Subject: request.OrderId)]);
        var order = await PaidAsync(request);

        // Nothing comes to rest while the product team is away: the parcels travel on regardless.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!order.Stored!.View.Shipments.All(shipment => shipment.Status == ShipmentStatus.Returned))
        {
            Harness.Teams.Steps.RunNext(order.OrderId);
            await looks.WaitForNextTickAsync(timeout.Token);
        }

        Harness.Teams.Faults.Remove(request.OrderId);
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));

        await order.WhenEndedAsync();
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task A_returned_to_sender_event_after_delivery_changes_nothing()
    {
        var order = await PaidAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetDeliverAsync();
        var shipmentId = order.Stored!.View.Shipments.Single().ShipmentId;

        await order.TellAsync("logistics.returned-to-sender", new { order.OrderId, shipmentId });
        var after = await order.WhenAsync(stored => stored.Has("logistics.returned-to-sender"));

        Assert.That(after.Events.Single(published => published.Type == "logistics.returned-to-sender").Data.GetProperty("ignored").GetString(), Does.Contain("already delivered"));
        Assert.That((after.View.Status, order.Account.CardRefunded), Is.EqualTo((OrderStatus.Delivered, 0L)));
    }

    private async Task<PlacedOrder> PaidAsync(OrderRequest request)
    {
        var order = await Harness.PlaceAsync(request);
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        return order;
    }
}
