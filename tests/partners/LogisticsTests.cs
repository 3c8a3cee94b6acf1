using System.Net;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The logistics team and its courier.</summary>
public sealed class LogisticsTests
{
    private static readonly string[] UpToShipping = ["logistics.dispatch-started", "logistics.dispatched", "logistics.shipping-started"];

    [TestCase("06236", true, false)]
    [TestCase("63100", true, true)] // Jeju
    [TestCase("40240", true, true)] // Ulleung
    [TestCase("40241", true, false)]
    [TestCase("99999", false, false)]
    public async Task Serviceability_knows_remote_and_unserved_places(string postalCode, bool deliverable, bool remote)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var answer = await teams.GetAsync($"/logistics/serviceability?postalCode={postalCode}");

        Assert.That((answer["deliverable"].GetBoolean(), answer["remote"].GetBoolean()), Is.EqualTo((deliverable, remote)));
    }

    [TestCase("?postalCode=ABCDE")]
    [TestCase("?postalCode=1234")]
    [TestCase("")]
    public async Task A_postal_code_is_five_digits(string query)
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That((await teams.GetAsync($"/logistics/serviceability{query}")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_shipment_goes_its_way_and_publishes_every_step_in_order()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var accepted = await teams.ShipAsync("s-1");
        await teams.SettleAsync();

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(
            teams.Receiver.TypesOf("logistics"),
            Is.EqualTo(UpToShipping.Concat(["logistics.status-updated", "logistics.status-updated", "logistics.delivered"])));
        string Fields(string type) => string.Join(' ', teams.Receiver.All.First(r => r.Type == type).Data.EnumerateObject().Select(p => p.Name));
        Assert.That(Fields("logistics.dispatch-started"), Is.EqualTo("orderId shipmentId dispatchedAt estimatedDelivery"));
        Assert.That(Fields("logistics.dispatched"), Is.EqualTo("orderId shipmentId waybill carrier"));
        Assert.That(Fields("logistics.shipping-started"), Is.EqualTo("orderId shipmentId waybill courier"));
        Assert.That(Fields("logistics.status-updated"), Is.EqualTo("orderId shipmentId status location"));
        Assert.That(Fields("logistics.delivered"), Is.EqualTo("orderId shipmentId deliveredAt receivedBy"));
        Assert.That((await teams.GetAsync("/logistics/shipments/s-1")).TextOf("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task Two_shipments_of_an_order_have_each_their_own_waybill()
    {
        await using var teams = await PartnersHarness.StartAsync();

        await teams.ShipAsync("s-1");
        await teams.ShipAsync("s-2");
        await teams.SettleAsync();

        var waybills = teams.Partners.Books.Order("o-1")!.Shipments.Select(s => s.Waybill);
        Assert.That(waybills, Is.Unique.And.All.Not.Null);
    }

    [Test]
    public async Task A_shipment_can_be_stopped_and_redirected_until_it_is_dispatched()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        await teams.ShipAsync("s-1");
        await teams.ShipAsync("s-2", "o-2");
        teams.Partners.Steps.RunNext("o-1");
        teams.Partners.Steps.RunNext("o-2");

        var redirected = await teams.PutAsync("/logistics/shipments/s-1/address", Calls.Address("04524"));
        var stopped = await teams.PostAsync("/logistics/shipments/s-1/cancel", new { reason = "customer-request" });
        teams.Partners.Steps.RunAll("o-1");
        teams.Partners.Steps.RunNext("o-2");
        var tooLate = await teams.PostAsync("/logistics/shipments/s-2/cancel", new { reason = "customer-request" });
        var redirectedTooLate = await teams.PutAsync("/logistics/shipments/s-2/address", Calls.Address("04524"));
        await teams.SettleAsync();

        Assert.That(redirected["shipTo"].GetProperty("postalCode").GetString(), Is.EqualTo("04524"));
        Assert.That((stopped.Status, stopped.TextOf("status")), Is.EqualTo((HttpStatusCode.OK, "cancelled")));
        Assert.That((tooLate.Status, redirectedTooLate.Status), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        Assert.That(teams.Receiver.All.Count(r => r.Data.GetProperty("shipmentId").GetString() == "s-1"), Is.EqualTo(1), "nothing after the stop");
        Assert.That(teams.Partners.Books.Totals.UnitsShipped, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unstoppable_shipment_refuses_even_before_dispatch()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        await teams.ShipAsync("s-1", note: "빨리 #unstoppable");

        Assert.That((await teams.PostAsync("/logistics/shipments/s-1/cancel", new { reason = "x" })).TextOf("reason"), Is.EqualTo("too-late"));
    }

    [TestCase("홍길동 #absent-once", 1)]
    [TestCase("홍길동 #absent-twice", 2)]
    public async Task A_failed_delivery_is_tried_again(string recipient, int failures)
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { TrackingUpdates = 0 });

        await teams.ShipAsync("s-1", recipient: recipient);
        await teams.SettleAsync();

        Assert.That(
            teams.Receiver.TypesOf("logistics"),
            Is.EqualTo(UpToShipping.Concat(Enumerable.Repeat("logistics.delivery-failed", failures)).Append("logistics.delivered")));
        var failed = teams.Receiver.All.Where(r => r.Type == "logistics.delivery-failed").ToList();
        Assert.That(failed.Select(r => r.Data.GetProperty("reason").GetString()), Is.All.EqualTo("recipient-absent"));
        Assert.That(failed.TrueForAll(r => r.Data.TryGetProperty("redeliveryAt", out _)), Is.True);
    }

    [Test]
    public async Task After_the_third_failure_the_goods_wait_and_come_back_when_recalled()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { TrackingUpdates = 0 });
        await teams.ShipAsync("s-1", recipient: "홍길동 #wrong-address");
        await teams.SettleAsync();
        var failed = teams.Receiver.All.Where(r => r.Type == "logistics.delivery-failed").ToList();
        Assert.That(failed, Has.Count.EqualTo(3));
        Assert.That(failed.Select(r => r.Data.GetProperty("reason").GetString()), Is.All.EqualTo("address-error"));
        Assert.That(failed[2].Data.TryGetProperty("redeliveryAt", out _), Is.False, "nobody goes a fourth time");

        var called = await teams.PostAsync("/logistics/shipments/s-1/return", new { reason = "undeliverable" });
        await teams.PostAsync("/logistics/shipments/s-1/return", new { reason = "undeliverable" });
        await teams.SettleAsync();

        Assert.That(called.Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(teams.Receiver.All.Count(r => r.Type == "logistics.returned-to-sender"), Is.EqualTo(1));
        Assert.That(teams.Partners.Books.Order("o-1")!.Units.Single().ReturnedToSender, Is.EqualTo(1));
    }

    [Test]
    public async Task Goods_are_not_recalled_while_delivery_is_tried_or_done()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.ShipAsync("s-1");
        await teams.SettleAsync();

        Assert.That((await teams.PostAsync("/logistics/shipments/s-1/return", new { reason = "x" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_courier_may_return_the_goods_unasked_postpone_and_scan_late()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { TrackingUpdates = 0 });

        await teams.ShipAsync("s-1", "o-1", "홍길동 #returned");
        await teams.ShipAsync("s-2", "o-2", "홍길동 #postponed #late-scan");
        await teams.SettleAsync();

        string[] TypesOf(string orderId) =>
            [.. teams.Receiver.All.Where(r => r.Data.GetProperty("orderId").GetString() == orderId).Select(r => r.Type)];
        Assert.That(TypesOf("o-1"), Is.EqualTo(UpToShipping.Concat(["logistics.delivery-failed", "logistics.returned-to-sender"])));
        Assert.That(
            TypesOf("o-2"),
            Is.EqualTo(UpToShipping.Concat(["logistics.schedule-changed", "logistics.delivered", "logistics.status-updated"])));
        Assert.That((await teams.GetAsync("/logistics/shipments/s-2")).TextOf("status"), Is.EqualTo("delivered"));
    }

    [TestCase("홍길동", "good")]
    [TestCase("홍길동 #defective", "defective")]
    public async Task A_return_is_picked_up_and_its_condition_published(string recipient, string condition)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var body = new
        {
            pickupId = "r-1",
            orderId = "o-1",
            lines = new[] { new { productId = "p-100", quantity = 2 } },
            from = Calls.Address(recipient: recipient),
        };

        var accepted = await teams.PostAsync("/logistics/return-pickups", body);
        var again = await teams.PostAsync("/logistics/return-pickups", body);
        await teams.SettleAsync();

        Assert.That((accepted.Status, again.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        var pickedUp = teams.Receiver.All.Single();
        Assert.That(pickedUp.Type, Is.EqualTo("logistics.return-picked-up"));
        Assert.That(pickedUp.Data.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "orderId", "pickupId", "pickedUpAt", "condition" }));
        Assert.That(pickedUp.Data.GetProperty("condition").GetString(), Is.EqualTo(condition));
        Assert.That(teams.Partners.Books.Order("o-1")!.Units.Single().PickedUp, Is.EqualTo(2));
    }

    [Test]
    public async Task A_shipment_exists_once_and_not_to_a_place_nobody_serves()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.ShipAsync("s-1");

        Assert.That((await teams.ShipAsync("s-1")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await teams.PostAsync("/logistics/shipments/s-0/cancel", new { reason = "x" })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        var unserved = await teams.PostAsync("/logistics/shipments", new
        {
            shipmentId = "s-2",
            orderId = "o-1",
            warehouseId = "wh-seoul",
            lines = new[] { new { productId = "p-100", quantity = 1 } },
            shipTo = Calls.Address("99999"),
        });
        Assert.That(unserved.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task The_courier_lives_by_the_given_clock()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(
            options => options with { TimeProvider = clock, StepDelay = StepDelay.Every(TimeSpan.FromHours(8)), TrackingUpdates = 0 });
        await teams.ShipAsync("s-1");

        clock.Advance(TimeSpan.FromHours(24));
        var afterADay = teams.Partners.Webhooks.Deliveries("o-1").Select(d => d.Event.Type).ToList();
        clock.Advance(TimeSpan.FromHours(8));
        await teams.SettleAsync();

        Assert.That(afterADay, Is.EqualTo(UpToShipping));
        Assert.That(teams.Receiver.TypesOf("logistics"), Does.Contain("logistics.delivered"));
    }

    [Test]
    public async Task A_held_shipment_moves_only_by_hand()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.ShipAsync("s-1", note: "#by-hand");
        await teams.SettleAsync();
        Assert.That(teams.Receiver.All, Is.Empty);

        var step = await teams.PostAsync("/steps/next?subject=o-1", new { });
        await teams.SettleAsync();

        Assert.That(step.TextOf("name"), Is.EqualTo("StartDispatch s-1"));
        Assert.That(teams.Receiver.TypesOf("logistics"), Is.EqualTo(UpToShipping[..1]));
        Assert.That((await teams.GetAsync("/steps?subject=o-1")).Json.GetArrayLength(), Is.EqualTo(1));
    }
}
