using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>교환 (hotspot 17): the replacement first, then the pickup, then the parcel; no money moves.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ExchangingTests : OrderTests
{
    [Test]
    public async Task Hotspot_17_an_exchange_takes_the_replacement_first_picks_up_ships_again_and_moves_no_money()
    {
        var order = await DeliveredAsync(Requests.Plain(OrderHarness.NewOrderId()));

        var asked = await ExchangeAsync(order, RefundReasons.Defective, new LineQuantity("p-101", 1));
        Assert.That(asked.Exchanges.Single().Status, Is.EqualTo(ExchangeStatus.Requested));
        await Harness.Calls.WhenAsync(() => order.Account.Pickups == 1);
        Assert.That((order.Account.Units.Single().Committed, order.Account.Shipments.Count), Is.EqualTo((3L, 1)), "the replacement is bought, nothing is sent yet");

        await order.LetAsync("logistics.return-picked-up");
        Assert.That((await order.ViewAsync()).Exchanges.Single().Status, Is.EqualTo(ExchangeStatus.PickedUp));
        await order.LetAsync("logistics.dispatch-started", 2);
        await order.LetAsync("logistics.dispatched", 2);
        await order.LetAsync("logistics.shipping-started", 2);
        Assert.That((await order.ViewAsync()).Exchanges.Single().Status, Is.EqualTo(ExchangeStatus.Shipped));
        await order.LetUntilAsync(stored => stored.Has("order.exchange-completed"));

        var units = order.Account.Units.Single();
        Assert.That((units.Committed, units.Restored, order.Account.CardRefunded), Is.EqualTo((3L, 1L, 0L)));
        Assert.That(order.Stored!.View.Status, Is.EqualTo(OrderStatus.Delivered));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [Test]
    public async Task Hotspot_17_without_stock_an_exchange_becomes_a_refund()
    {
        var order = await DeliveredAsync(Of("p-600", 1));

        await ExchangeAsync(order, RefundReasons.Defective, new LineQuantity("p-600", 1));
        await order.WhenAsync(stored => stored.View.Exchanges is [{ Status: ExchangeStatus.ConvertedToRefund }]);
        await order.LetAsync("logistics.return-picked-up");

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Refunded));
        Assert.That(order.Account.CardRefunded, Is.EqualTo(order.Account.CardCharged));
    }

    [Test]
    public async Task A_replacement_that_cannot_be_delivered_is_refunded_and_stocked_again()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId());
        var order = await DeliveredAsync(request);
        Harness.Teams.Scenarios.Add(new ShipmentRule(OrderId: request.OrderId, FailedDeliveries: int.MaxValue));

        await ExchangeAsync(order, RefundReasons.Defective, new LineQuantity("p-101", 1));
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.PartiallyRefunded));

        var units = order.Account.Units.Single();
        Assert.That((units.Committed, units.Restored, order.Account.CardRefunded), Is.EqualTo((3L, 2L, 15_000L)));
        Assert.That(order.Stored!.View.Exchanges.Single().Status, Is.EqualTo(ExchangeStatus.ConvertedToRefund));
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [Test]
    public async Task What_is_being_exchanged_is_not_refunded_too()
    {
        var order = await DeliveredAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await ExchangeAsync(order, RefundReasons.WrongItem, new LineQuantity("p-101", 2));

        var refund = order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, true, null)));

        Assert.That(await PlacedOrder.RefusalOfAsync(refund), Is.EqualTo("nothing-to-refund"));
        Assert.That(await PlacedOrder.RefusalOfAsync(order.AskAsync(wf => wf.ConfirmAsync())), Is.EqualTo("refund-open"));
    }

    [Test]
    public async Task The_same_exchange_asked_for_twice_is_one_exchange()
    {
        var order = await DeliveredAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await ExchangeAsync(order, RefundReasons.WrongItem, new LineQuantity("p-101", 1));

        var again = await ExchangeAsync(order, RefundReasons.WrongItem, new LineQuantity("p-101", 1));

        await order.WhenAtRestAsync();
        Assert.That((again.Exchanges.Count, order.Account.Pickups), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task An_exchange_whose_pickup_logistics_refuses_waits_for_an_operator()
    {
        var order = await DeliveredAsync(Requests.Plain(OrderHarness.NewOrderId()));
        Harness.Teams.Faults.Set(new FaultRule(Team.Logistics, Path: "/return-pickups", Status: 400));

        var asked = await ExchangeAsync(order, RefundReasons.WrongItem, new LineQuantity("p-101", 1));
        Assert.That(asked.Exchanges.Single().Status, Is.EqualTo(ExchangeStatus.Requested));
        var stuck = await order.WhenAsync(stored => stored.View.Attention is not null);
        Assert.That((stuck.View.Attention!.Step, stuck.View.Attention.Actions), Is.EqualTo(("request-pickup", new[] { "retry" })));

        Harness.Teams.Faults.Clear();
        await order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "test", "operator:kim")));
        await Harness.Calls.WhenAsync(() => order.Account.Pickups == 1);
        Assert.That((await order.WhenAsync(stored => stored.View.Attention is null)).Has("order.recovered"));
    }

    private static OrderRequest Of(string productId, int quantity) =>
        Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity(productId, quantity)] };

    private static Task<OrderView> ExchangeAsync(PlacedOrder order, string reason, params LineQuantity[] lines) =>
        order.AskAsync(wf => wf.RequestExchangeAsync(new ExchangeCommand("x-1", reason, lines)));

    private async Task<PlacedOrder> DeliveredAsync(OrderRequest request)
    {
        var order = await Harness.PlaceAsync(request);
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.ViewAsync();
        return order;
    }
}
