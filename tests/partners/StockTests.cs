using System.Net;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The product team's stock: held by an order, sold, given back, never twice.</summary>
public sealed class StockTests
{
    [Test]
    public async Task A_product_is_answered_with_price_seller_category_stock_and_discounts()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var product = await teams.GetAsync("/product/products/p-102");

        Assert.That(product.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(product.NumberOf("price"), Is.EqualTo(40_000));
        Assert.That(product.TextOf("sellerId"), Is.EqualTo("s-1"));
        Assert.That(product.TextOf("categoryId"), Is.EqualTo("fashion"));
        Assert.That(product.NumberOf("available"), Is.EqualTo(1_000));
        Assert.That(product["onSale"].GetBoolean(), Is.True);
        Assert.That(product["preOrder"].GetBoolean(), Is.False);
        Assert.That(
            product["discounts"].GetRawText(),
            Is.EqualTo("""[{"scope":"product","kind":"rate","value":0.10},{"scope":"category","kind":"rate","value":0.05}]"""));
    }

    [Test]
    public async Task Similar_products_are_orderable_ones_of_the_same_category()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var similar = await teams.GetAsync("/product/products/p-602/similar?limit=3");

        var ids = similar.Json.EnumerateArray().Select(p => p.GetProperty("productId").GetString()).ToList();
        Assert.That(ids, Has.Count.EqualTo(3));
        Assert.That(ids, Does.Not.Contain("p-602").And.Not.Contain("p-500"));
        var infos = teams.Partners.Product.All().Where(p => ids.Contains(p.ProductId)).ToList();
        Assert.That(infos.TrueForAll(p => p is { OnSale: true, CategoryId: "fashion", Available: > 0 }), Is.True);
    }

    [Test]
    public async Task A_reservation_holds_every_line_or_none()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var lines = new[] { new { productId = "p-100", quantity = 2 }, new { productId = "p-602", quantity = 1 }, new { productId = "p-500", quantity = 1 } };

        var refused = await teams.PostAsync("/product/stock-reservations", new { orderId = "o-1", lines, ttlSeconds = 60 });

        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(
            refused["shortages"].GetRawText(),
            Is.EqualTo("""[{"productId":"p-602","available":0,"requested":1},{"productId":"p-500","available":0,"requested":1}]"""));
        Assert.That(await teams.AvailableAsync("p-100"), Is.EqualTo(15_000));
    }

    [Test]
    public async Task A_line_no_warehouse_has_alone_is_split()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var reservation = await teams.ReserveAsync("o-1", "p-601", 5);

        Assert.That(reservation.Status, Is.EqualTo(HttpStatusCode.Created));
        var parts = reservation["lines"].EnumerateArray()
            .ToDictionary(l => l.GetProperty("warehouseId").GetString()!, l => l.GetProperty("reservedQuantity").GetInt64());
        Assert.That(parts, Is.EquivalentTo(new Dictionary<string, long> { ["wh-busan"] = 3, ["wh-seoul"] = 2 }));
    }

    [Test]
    public async Task Lines_that_one_warehouse_has_together_leave_from_it()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var lines = new[] { new { productId = "p-100", quantity = 1 }, new { productId = "p-103", quantity = 1 } };

        var reservation = await teams.PostAsync("/product/stock-reservations", new { orderId = "o-1", lines, ttlSeconds = 60 });

        var warehouses = reservation["lines"].EnumerateArray().Select(l => l.GetProperty("warehouseId").GetString());
        Assert.That(warehouses, Is.EqualTo(new[] { "wh-seoul", "wh-seoul" })); // p-103 is in Seoul only, p-100 is in both.
    }

    [Test]
    public async Task Forty_orders_for_seven_units_end_with_exactly_seven_units_held()
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Partners.Product.SetStock("p-600", "wh-seoul", 4);
        teams.Partners.Product.SetStock("p-600", "wh-busan", 3);

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => teams.ReserveAsync($"o-{n}", "p-600", 1)));

        Assert.That(replies.Count(r => r.Status == HttpStatusCode.Created), Is.EqualTo(7));
        Assert.That(replies.Count(r => r.Status == HttpStatusCode.Conflict), Is.EqualTo(33));
        var account = teams.Partners.Books.Stock.Single(s => s.ProductId == "p-600");
        Assert.That((account.Held, account.Available), Is.EqualTo((7L, 0L)));
    }

    [Test]
    public async Task A_reservation_lapses_by_the_clock_though_nobody_asks()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        var reservationId = (await teams.ReserveAsync("o-1", "p-600", 1, ttlSeconds: 60)).TextOf("reservationId");

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(await teams.AvailableAsync("p-600"), Is.Zero);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await teams.AvailableAsync("p-600"), Is.EqualTo(1));
        Assert.That((await teams.PostAsync($"/product/stock-reservations/{reservationId}/commit", new { })).Status, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That((await teams.DeleteAsync($"/product/stock-reservations/{reservationId}")).Status, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(teams.Partners.Books.Order("o-1")!.Units.Single().Expired, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_committed_in_time_does_not_lapse()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        await teams.SellAsync("o-1", "p-600", 1);

        clock.Advance(TimeSpan.FromDays(1));

        Assert.That(await teams.AvailableAsync("p-600"), Is.Zero);
    }

    [Test]
    public async Task Committing_or_releasing_twice_is_no_error_but_one_after_the_other_is()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var sold = await teams.SellAsync("o-1", "p-100", 2);
        var released = (await teams.ReserveAsync("o-2", "p-100", 3)).TextOf("reservationId");

        Assert.That((await teams.PostAsync($"/product/stock-reservations/{sold}/commit", new { })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.DeleteAsync($"/product/stock-reservations/{released}")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.DeleteAsync($"/product/stock-reservations/{released}")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.DeleteAsync($"/product/stock-reservations/{sold}")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await teams.PostAsync($"/product/stock-reservations/{released}/commit", new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await teams.AvailableAsync("p-100"), Is.EqualTo(14_998));
    }

    [Test]
    public async Task Sold_units_go_back_on_their_shelves_once_whatever_key_asks()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.SellAsync("o-1", "p-601", 5);

        var first = await teams.RestoreStockAsync("o-1", "p-601", 4);
        var second = await teams.RestoreStockAsync("o-1", "p-601", 4);
        var third = await teams.RestoreStockAsync("o-1", "p-601", 4);

        long[] restored = [.. new[] { first, second, third }.Select(r => r["restored"][0].GetProperty("quantity").GetInt64())];
        Assert.That(restored, Is.EqualTo(new[] { 4L, 1L, 0L }));
        Assert.That(await teams.AvailableAsync("p-601"), Is.EqualTo(6));
        Assert.That((await teams.ReserveAsync("o-2", "p-601", 6)).Status, Is.EqualTo(HttpStatusCode.Created), "three in each warehouse again");
    }

    [Test]
    public async Task Units_only_held_cannot_be_restored()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.ReserveAsync("o-1", "p-100", 2);

        var restored = await teams.RestoreStockAsync("o-1", "p-100", 2);

        Assert.That(restored["restored"][0].GetProperty("quantity").GetInt64(), Is.Zero);
        Assert.That(await teams.AvailableAsync("p-100"), Is.EqualTo(14_998));
    }

    [Test]
    public async Task Unknown_things_are_404_and_a_pre_order_has_nothing_to_reserve()
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That((await teams.GetAsync("/product/products/p-nowhere")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.GetAsync("/product/products/p-nowhere/similar")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.ReserveAsync("o-1", "p-nowhere", 1)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.PostAsync("/product/stock-reservations/rsv-0/commit", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.DeleteAsync("/product/stock-reservations/rsv-0")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.RestoreStockAsync("o-unheard-of", "p-100", 1)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.ReserveAsync("o-1", "p-400", 1)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task A_change_of_price_and_the_end_of_a_sale_are_published()
    {
        await using var teams = await PartnersHarness.StartAsync();

        object[] products = [new { productId = "p-101", price = 16_000 }, new { productId = "p-102", onSale = false, reason = "리콜" }];
        await teams.PutAsync("/scenario", new { products });
        await teams.SettleAsync();

        var changed = teams.Receiver.All.Single(r => r.Type == "product.info-changed");
        Assert.That(changed.Data.GetRawText(), Is.EqualTo("""{"productId":"p-101","changes":{"price":16000}}"""));
        Assert.That(changed.Event.GetProperty("subject").GetString(), Is.EqualTo("p-101"));
        var stopped = teams.Receiver.All.Single(r => r.Type == "product.sale-stopped");
        Assert.That(stopped.Data.GetRawText(), Is.EqualTo("""{"productId":"p-102","reason":"리콜"}"""));
        Assert.That((await teams.GetAsync("/product/products/p-101")).NumberOf("price"), Is.EqualTo(16_000));
        Assert.That((await teams.ReserveAsync("o-1", "p-102", 1)).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }
}
