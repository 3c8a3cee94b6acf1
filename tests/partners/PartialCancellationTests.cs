using System.Net;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>What a partial cancellation before dispatch (부분 취소, hotspot 15a) asks of stock and logistics.</summary>
public sealed class PartialCancellationTests
{
    [Test]
    public async Task Some_sold_units_are_restored_and_the_parcel_is_asked_for_anew_without_them()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        await teams.SellAsync("o-1", "p-100", 3);
        var before = await teams.AvailableAsync("p-100");
        await ShipAsync(teams, "s-1", 3);
        teams.Partners.Steps.RunNext("o-1"); // Picking has begun: a parcel can still be stopped.

        var stopped = await teams.PostAsync("/logistics/shipments/s-1/cancel", new { reason = "partial-cancellation" });
        var restored = await teams.RestoreStockAsync("o-1", "p-100", 1);
        var sameId = await ShipAsync(teams, "s-1", 2);
        var anew = await ShipAsync(teams, "s-2", 2);
        Assert.That(DifferencesOf(teams), Is.Empty, "before it leaves");
        teams.Partners.Steps.RunAll("o-1");

        Assert.That((stopped.Status, anew.Status, sameId.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        Assert.That(restored["restored"][0].GetProperty("quantity").GetInt32(), Is.EqualTo(1));
        Assert.That(await teams.AvailableAsync("p-100"), Is.EqualTo(before + 1));
        var units = teams.Partners.Books.Order("o-1")!.Units.Single();
        Assert.That((units.Committed, units.Restored, units.Shipped, units.ToBeShipped), Is.EqualTo((3L, 1L, 2L, 0L)));
        Assert.That(DifferencesOf(teams), Is.Empty);
    }

    [Test]
    public async Task A_parcel_that_has_left_is_not_stopped_and_the_others_are()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        await teams.SellAsync("o-1", "p-100", 3);
        await ShipAsync(teams, "s-1", 1);
        teams.Partners.Steps.RunNext("o-1");
        teams.Partners.Steps.RunNext("o-1");
        await ShipAsync(teams, "s-2", 2);

        var tooLate = await teams.PostAsync("/logistics/shipments/s-1/cancel", new { });
        var stopped = await teams.PostAsync("/logistics/shipments/s-2/cancel", new { });
        var address = await teams.PutAsync("/logistics/shipments/s-1/address", Calls.Address("04524"));

        Assert.That((tooLate.Status, tooLate.TextOf("reason")), Is.EqualTo((HttpStatusCode.Conflict, "too-late")));
        Assert.That((stopped.Status, address.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict)));
    }

    [Test]
    public async Task Before_the_sale_units_are_released_by_reserving_anew()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var first = (await teams.ReserveAsync("o-1", "p-601", 6)).TextOf("reservationId");
        Assert.That((await teams.ReserveAsync("o-1", "p-601", 5)).Status, Is.EqualTo(HttpStatusCode.Conflict), "all six are held");

        await teams.DeleteAsync($"/product/stock-reservations/{first}");
        var second = await teams.ReserveAsync("o-1", "p-601", 5);
        await teams.PostAsync($"/product/stock-reservations/{second.TextOf("reservationId")}/commit", new { });

        var units = teams.Partners.Books.Order("o-1")!.Units.Single();
        Assert.That((units.Reserved, units.Released, units.Committed, await teams.AvailableAsync("p-601")), Is.EqualTo((11L, 6L, 5L, 1L)));
        Assert.That(teams.Partners.Books.Imbalances, Is.Empty);
    }

    [Test]
    public async Task Units_go_back_no_oftener_than_they_were_sold()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.SellAsync("o-1", "p-601", 4);

        var first = await teams.RestoreStockAsync("o-1", "p-601", 3);
        var second = await teams.RestoreStockAsync("o-1", "p-601", 3);

        Assert.That(
            new[] { first, second }.Select(r => r["restored"][0].GetProperty("quantity").GetInt32()), Is.EqualTo(new[] { 3, 1 }));
        Assert.That(await teams.AvailableAsync("p-601"), Is.EqualTo(6));
    }

    [Test]
    public async Task A_parcel_without_events_does_not_move_until_it_is_moved_by_hand()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.SellAsync("o-1", "p-100", 1);

        await teams.ShipAsync("s-1", note: "#no-word");
        await teams.SettleAsync();
        Assert.That(teams.Receiver.All, Is.Empty);
        teams.Partners.Steps.RunNext("o-1");
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("logistics"), Does.Contain("logistics.dispatch-started").And.Contain("logistics.delivered"), "then it goes on by itself");
    }

    [TestCase("requested", "")]
    [TestCase("dispatch-started", "logistics.dispatch-started")]
    [TestCase("dispatched", "logistics.dispatched")]
    [TestCase("shipping", "logistics.shipping-started")]
    public async Task A_parcel_can_stall_on_its_way(string at, string lastWord)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { shipments = new[] { new { orderId = "o-1", stallsAt = at } } });

        await teams.ShipAsync("s-1");
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("logistics").LastOrDefault(string.Empty), Is.EqualTo(lastWord));
        Assert.That((await teams.GetAsync("/logistics/shipments/s-1")).TextOf("status"), Is.EqualTo(at));
    }

    [Test]
    public async Task A_stalled_parcel_stays_so_over_a_restart()
    {
        using var folder = new StateFolder();
        await using (var teams = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File }))
        {
            await teams.ShipAsync("s-1", note: "#no-word");
            await teams.SettleAsync();
        }

        await using var next = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File });
        await next.SettleAsync();

        Assert.That((await next.GetAsync("/logistics/shipments/s-1")).TextOf("status"), Is.EqualTo("requested"));
        Assert.That(next.Partners.Steps.Pending("o-1"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Goods_can_never_be_collected()
    {
        await using var teams = await PartnersHarness.StartAsync();

        await teams.PostAsync("/logistics/return-pickups", new
        {
            pickupId = "pick-1",
            orderId = "o-1",
            lines = new[] { new { productId = "p-100", quantity = 1 } },
            from = Calls.Address(recipient: "홍길동 #never-collected"),
        });
        await teams.SettleAsync();

        Assert.That(teams.Receiver.All, Is.Empty);
        Assert.That(teams.Partners.Books.Order("o-1")!.Units, Is.Empty);
    }

    [TestCase("delivered")]
    [TestCase("cancelled")]
    public async Task A_parcel_does_not_stall_where_it_is_at_its_end(string at)
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That(
            (await teams.PutAsync("/scenario", new { shipments = new[] { new { stallsAt = at } } })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static Task<Reply> ShipAsync(PartnersHarness teams, string shipmentId, int quantity) => teams.PostAsync("/logistics/shipments", new
    {
        shipmentId,
        orderId = "o-1",
        warehouseId = "wh-seoul",
        lines = new[] { new { productId = "p-100", quantity } },
        shipTo = Calls.Address(),
    });

    private static IEnumerable<string> DifferencesOf(PartnersHarness teams) =>
        teams.Partners.Books.Order("o-1")!.Audit.SelectMany((InvariantCheck check) => check.Differences);
}
