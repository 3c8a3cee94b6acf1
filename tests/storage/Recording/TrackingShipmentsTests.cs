using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Storage.Recording;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class TrackingShipmentsTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.FromHours(9));

    private IShipmentTracking Tracking => Store<IShipmentTracking>();

    [Test]
    public async Task A_report_is_kept_and_shown_once_however_often_it_arrives_and_by_whichever_program()
    {
        var orderId = Orders.NewId();
        var received = Scan(orderId, "e-1", Noon);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            () => (i % 2 == 0 ? Tracking : SecondStore<IShipmentTracking>()).AppendAsync(orderId, "s-1", received, null, default))));

        Assert.That(await Tracking.ScansAsync(orderId, default), Is.EqualTo(new[] { new ShipmentScan("s-1", Noon, "in-transit", "옥천 HUB", null) }));
        Assert.That(await TimelineAsync(orderId), Is.EqualTo(new[] { "e-1" }));
    }

    [Test]
    public async Task A_report_is_on_the_timeline_as_its_owner_published_it()
    {
        var orderId = Orders.NewId();
        var received = Scan(orderId, "e-1", Noon);
        await Tracking.AppendAsync(orderId, "s-1", received, null, default);

        var shown = (await Store<IOrderQueries>().EventsOfAsync(orderId, 0, default)).Single().Event;
        Assert.That((shown.Source, shown.Type, shown.OrderId, shown.Time), Is.EqualTo((received.Source, received.Type, orderId, Noon)));
        Assert.That(shown.Data.GetRawText(), Is.EqualTo(received.Data.GetRawText()));
    }

    [Test]
    public async Task Reports_are_read_in_the_order_in_which_they_happened_not_in_which_they_arrived()
    {
        var orderId = Orders.NewId();
        foreach (var (id, minutes) in new[] { ("third", 30), ("first", 10), ("second", 20), ("also-second", 20) })
        {
            await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, id, Noon.AddMinutes(minutes), location: id), null, default);
        }

        var scans = await Tracking.ScansAsync(orderId, default);
        Assert.That(scans.Select(scan => scan.Location), Is.EqualTo(new[] { "first", "second", "also-second", "third" }));
        Assert.That(await TimelineAsync(orderId), Is.EqualTo(new[] { "third", "first", "second", "also-second" }), "the timeline is in the order of arrival");
    }

    [Test]
    public async Task The_last_report_of_a_parcel_is_its_latest_whatever_arrived_last_and_whatever_is_said_of_others()
    {
        var orderId = Orders.NewId();
        await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, "e-1", Noon.AddHours(2)), null, default);
        await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, "e-2", Noon.AddHours(1)), null, default);
        await Tracking.AppendAsync(orderId, "s-2", Scan(orderId, "e-3", Noon.AddHours(9)), null, default);

        Assert.That(await Tracking.LastScanAsync(orderId, "s-1", default), Is.EqualTo(Noon.AddHours(2)));
        Assert.That(await Tracking.LastScanAsync(orderId, "s-2", default), Is.EqualTo(Noon.AddHours(9)));
        Assert.That(await Tracking.LastScanAsync(orderId, "s-3", default), Is.Null);
        Assert.That(await Tracking.LastScanAsync(Orders.NewId(), "s-1", default), Is.Null);
    }

    [TestCase("s-1")]
    [TestCase(null)]
    public async Task A_report_that_says_nothing_about_a_parcel_of_the_order_is_only_shown(string? shipmentId)
    {
        var orderId = Orders.NewId();
        var received = Scan(orderId, "e-1", Noon);
        await Tracking.AppendAsync(orderId, shipmentId, received, "the order has no such parcel", default);
        await Tracking.AppendAsync(orderId, shipmentId, received, "the order has no such parcel", default);

        Assert.That(await Tracking.ScansAsync(orderId, default), Is.Empty);
        Assert.That(await Tracking.LastScanAsync(orderId, "s-1", default), Is.Null);
        var shown = (await Store<IOrderQueries>().EventsOfAsync(orderId, 0, default)).Single().Event;
        Assert.That(shown.Id, Is.EqualTo("e-1"));
        Assert.That(shown.Data.GetProperty("ignored").GetString(), Is.EqualTo("the order has no such parcel"));
        Assert.That(shown.Data.GetProperty("location").GetString(), Is.EqualTo("옥천 HUB"), "what it said is shown, too");
    }

    [Test]
    public async Task A_changed_schedule_is_a_report_with_a_new_date()
    {
        var (orderId, newDate) = (Orders.NewId(), new DateTimeOffset(2026, 5, 7, 9, 0, 0, TimeSpan.FromHours(9)));
        var received = Scan(orderId, "e-1", Noon) with
        {
            Type = "logistics.schedule-changed",
            Data = JsonSerializer.SerializeToElement(new { orderId, shipmentId = "s-1", newDate, reason = "폭설" }),
        };
        await Tracking.AppendAsync(orderId, "s-1", received, null, default);

        Assert.That(await Tracking.ScansAsync(orderId, default), Is.EqualTo(new[] { new ShipmentScan("s-1", Noon, null, null, newDate) }));
        Assert.That(await Tracking.LastScanAsync(orderId, "s-1", default), Is.EqualTo(Noon), "the courier has spoken of it");
    }

    [TestCase("""{"status": 5, "location": {"city": "옥천"}, "newDate": "soon"}""")]
    [TestCase("""{}""")]
    [TestCase("""[]""")]
    public async Task A_report_without_readable_data_is_kept_for_its_time(string data)
    {
        var orderId = Orders.NewId();
        await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, "e-1", Noon) with { Data = JsonElement.Parse(data) }, null, default);

        Assert.That(await Tracking.ScansAsync(orderId, default), Is.EqualTo(new[] { new ShipmentScan("s-1", Noon, null, null, null) }));
        Assert.That(await TimelineAsync(orderId), Is.EqualTo(new[] { "e-1" }));
    }

    [Test]
    public async Task An_event_id_that_two_orders_have_in_common_is_a_report_for_each()
    {
        var (first, second) = (Orders.NewId(), Orders.NewId());
        await Tracking.AppendAsync(first, "s-1", Scan(first, "e-1", Noon), null, default);
        await Tracking.AppendAsync(second, "s-1", Scan(second, "e-1", Noon), null, default);

        Assert.That(await Tracking.ScansAsync(second, default), Has.Count.EqualTo(1));
        Assert.That(await TimelineAsync(second), Is.EqualTo(new[] { "e-1" }));
    }

    [Test]
    public async Task An_event_id_that_two_sources_have_in_common_is_a_report_of_each()
    {
        var orderId = Orders.NewId();
        await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, "e-1", Noon), null, default);
        await Tracking.AppendAsync(orderId, "s-1", Scan(orderId, "e-1", Noon.AddHours(1)) with { Source = "/teams/logistics/second-carrier" }, null, default);

        Assert.That(await Tracking.ScansAsync(orderId, default), Has.Count.EqualTo(2));
        Assert.That(await TimelineAsync(orderId), Is.EqualTo(new[] { "e-1", "e-1" }));
    }

    private static PartnerEvent Scan(string orderId, string id, DateTimeOffset at, string location = "옥천 HUB") => new(
        id,
        "/teams/logistics",
        "logistics.shipment-in-transit",
        orderId,
        at,
        JsonSerializer.SerializeToElement(new { orderId, shipmentId = "s-1", status = "in-transit", location }));

    private async Task<IReadOnlyList<string>> TimelineAsync(string orderId) =>
        [.. (await Store<IOrderQueries>().EventsOfAsync(orderId, 0, default)).Select(stored => stored.Event.Id)];
}
