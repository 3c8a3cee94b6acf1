using System.Text.Json;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Every event of other teams in every state, the second time included (domain §4, the other teams' word; invariants 6 and 9 of §5).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PartnerEventTests
{
    private static readonly string[] Types =
    [
        EventTypes.PartnerPaymentApproved, EventTypes.PartnerPaymentDeclined, EventTypes.PartnerPaymentTimedOut, EventTypes.PartnerPaymentCancelled,
        EventTypes.PartnerRefundCompleted, EventTypes.PartnerPartialRefundCompleted, EventTypes.DispatchStarted, EventTypes.Dispatched,
        EventTypes.PartnerShippingStarted, EventTypes.StatusUpdated, EventTypes.ScheduleChanged, EventTypes.PartnerDelivered, EventTypes.DeliveryFailed,
        EventTypes.ReturnedToSender, EventTypes.ReturnPickedUp, EventTypes.SaleStopped, EventTypes.InfoChanged, EventTypes.StockReserved,
        EventTypes.PointsUsed, EventTypes.CouponRestored, EventTypes.TierChanged,
    ];

    private static IEnumerable<TestCaseData> EverywhereAll =>
        from phase in Phases.All from type in Types select new TestCaseData(phase, type);

    [TestCaseSource(nameof(EverywhereAll))]
    public void An_event_that_comes_twice_is_applied_once(string phase, string type)
    {
        var order = Phases.At(phase).When(Event(type, "id-1"));
        var once = Json(order.Order);

        Assert.That(order.When(Event(type, "id-1")).Then, Is.Empty);
        Assert.That(Json(order.Order), Is.EqualTo(once));
    }

    [TestCaseSource(nameof(EverywhereAll))]
    public void The_same_event_under_another_id_moves_no_money_and_no_goods_again(string phase, string type)
    {
        var order = Phases.At(phase).When(Event(type, "id-1"));
        var (ledger, status) = (order.Order.Ledger, order.Order.Status);

        order.When(Event(type, "id-2"));

        Assert.That(order.Order.Ledger, Is.EqualTo(ledger));
        Assert.That(order.Order.Status, Is.EqualTo(status));
    }

    [TestCaseSource(nameof(EverywhereAll))]
    public void Invariant_9_an_event_with_empty_or_malformed_data_changes_neither_money_nor_goods(string phase, string type)
    {
        foreach (var data in new object[] { new { }, "text", new { attempt = "1", paymentId = 7, amount = 1.5, shipmentId = 3, pickupId = true, refundId = 1, productId = 0 } })
        {
            var order = Phases.At(phase);
            var (ledger, shipments, payments, refunds) = (order.Order.Ledger, order.Order.Shipments, order.Order.Payments, order.Order.Refunds);

            order.When(Team.Says(type, data, "odd"));

            Assert.That(order.Order.Ledger, Is.EqualTo(ledger));
            Assert.That((order.Order.Shipments, order.Order.Payments, order.Order.Refunds), Is.EqualTo((shipments, payments, refunds)));
        }
    }

    [TestCaseSource(nameof(EverywhereAll))]
    public void An_event_whose_source_does_not_own_it_changes_nothing(string phase, string type)
    {
        var order = Phases.At(phase).When(Event(type, "id-1") with { Source = "/teams/finance" });

        Assert.That(order.IsIgnored, Is.True);
    }

    [Test]
    public void Ids_of_two_teams_are_two_ids()
    {
        var order = Phases.At("preparing").When(Team.Says(EventTypes.InfoChanged, new { }, "1"));

        Assert.That(order.When(Logistics.Says(EventTypes.Dispatched, "o-1-1", "1")).ThenTypes, Does.Contain(typeof(ShipmentMoved)));
    }

    [Test]
    public void Case_17_the_snapshot_keeps_a_bounded_number_of_ids()
    {
        var order = Phases.At("delivered");
        for (var i = 0; i < 300; i++)
        {
            order.When(Team.Says(EventTypes.InfoChanged, new { }, $"id-{i}"));
        }

        Assert.That(order.Order.ProcessedEventIds, Has.Count.EqualTo(PartnerEventProcessed.Remembered));
        Assert.That(order.When(Team.Says(EventTypes.InfoChanged, new { }, "id-299")).Then, Is.Empty);
    }

    [TestCase("reserved", true)]
    [TestCase("paying", true)]
    [TestCase("paid", false)]
    [TestCase("completed", false)]
    [TestCase("cancelled", false)]
    public void Hotspot_8_a_stopped_sale_cancels_an_order_that_is_not_paid_and_holds_the_product(string phase, bool cancels)
    {
        var order = Phases.At(phase).When(Team.SaleStopped("p-2"));

        Assert.That(order.Order.Cancellation?.Reason == CancelReason.SaleStopped, Is.EqualTo(cancels));
        Assert.That(Phases.At(phase).When(Team.SaleStopped("p-9")).IsIgnored, Is.True, "a product that the order does not hold");
    }

    [Test]
    public void Case_19_a_sale_that_stops_while_the_order_is_placed_cancels_it() =>
        Assert.That(Phases.At("priced").When(Team.SaleStopped("p-1")).Order.Cancellation?.Reason, Is.EqualTo(CancelReason.SaleStopped));

    [Test]
    public void Hotspot_8_units_that_were_cancelled_before_payment_are_no_reason_to_cancel_the_rest()
    {
        var order = Phases.At("reserved").Cancel(lines: [new("p-2", 1)], cancellationId: "c-1").When(Team.SaleStopped("p-2"));

        Assert.That((order.Order.Cancellation, order.IsIgnored), Is.EqualTo(((Cancellation?)null, true)));
    }

    private static PartnerEvent Event(string type, string id) => Team.Says(
        type,
        new
        {
            attempt = 1,
            paymentId = "pay-1",
            amount = 100_000,
            approvalNumber = "a-9",
            code = "limit-exceeded",
            refundId = "staff-1",
            shipmentId = "o-1-1",
            waybill = "w-9",
            pickupId = "o-1-r-1",
            productId = "p-1",
        },
        id);

    private static string Json(Order order) => JsonSerializer.Serialize(order, OrderJson.Options);
}
