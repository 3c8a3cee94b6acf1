using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Tests.Api.Placing;

/// <summary>Carts over HTTP, with the product, member and promotion teams that dev/partners plays.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CartsTests
{
    private WholeSystem system = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync(
        settings: new Dictionary<string, string?> { ["OrderPolicies:CartStockCacheTtl"] = "00:00:01" });

    [OneTimeTearDown]
    public async Task StopAsync() => await system.DisposeAsync();

    [Test]
    public async Task The_seeds_own_example_is_priced_to_the_won_in_the_cart()
    {
        using var vip = system.Api.Customer("m-2");
        await PutAsync(vip, "/v1/carts/m-2/items/p-100", new { quantity = 2 });
        var cart = await PutAsync(vip, "/v1/carts/m-2/coupon", new { code = "WELCOME10" });

        var amounts = cart.GetProperty("amounts");
        Assert.That(amounts.GetProperty("items").GetInt64(), Is.EqualTo(120_000));
        Assert.That(amounts.GetProperty("couponDiscount").GetInt64(), Is.EqualTo(10_000));
        Assert.That(amounts.GetProperty("tierDiscount").GetInt64(), Is.EqualTo(5_500));
        Assert.That(amounts.GetProperty("shippingFee").GetInt64(), Is.Zero);
        Assert.That(amounts.GetProperty("payable").GetInt64(), Is.EqualTo(104_500));
        Assert.That(cart.GetProperty("lines")[0].GetProperty("available").GetInt32(), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_guest_reaches_its_cart_by_its_name_and_a_member_only_its_own()
    {
        var guestCart = "/v1/carts/g-" + Guid.NewGuid();
        await PutAsync(system.Api.Anonymous, guestCart + "/items/p-101", new { quantity = 1 });
        var read = await system.Api.Anonymous.GetAsync(new Uri(guestCart, UriKind.Relative)).JsonAsync();
        using var member = system.Api.Customer("m-110");
        using var foreign = await member.GetAsync(new Uri("/v1/carts/m-111", UriKind.Relative));
        using var nobody = await system.Api.Anonymous.GetAsync(new Uri("/v1/carts/m-111", UriKind.Relative));

        Assert.That(read.GetProperty("lines")[0].Text("productId"), Is.EqualTo("p-101"));
        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(nobody.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("p-500", "not-on-sale")]
    [TestCase("p-unknown", "not-on-sale")]
    public async Task What_is_not_on_sale_does_not_get_into_a_cart(string productId, string slug)
    {
        using var response = await system.Api.Anonymous.PutAsJsonAsync($"/v1/carts/g-{Guid.NewGuid()}/items/{productId}", new { quantity = 1 });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await response.SlugAsync(), Is.EqualTo(slug));
    }

    [TestCase("EXPIRED5", "expired")]
    [TestCase("WELCOME10", "conditions-not-met")]
    [TestCase("NO-SUCH", "conditions-not-met")]
    public async Task A_coupon_that_cannot_be_used_is_422_with_the_reason(string code, string reason)
    {
        var member = "m-112";
        using var customer = system.Api.Customer(member);
        await PutAsync(customer, $"/v1/carts/{member}/items/p-101", new { quantity = 1 });
        using var response = await customer.PutAsJsonAsync($"/v1/carts/{member}/coupon", new { code });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await response.SlugAsync(), Is.EqualTo("coupon-rejected"));
        Assert.That((await response.JsonAsync()).Text("reason"), Is.EqualTo(reason));
    }

    [Test]
    public async Task Points_are_used_and_taken_off_what_is_paid()
    {
        using var customer = system.Api.Customer("m-113");
        await PutAsync(customer, "/v1/carts/m-113/items/p-101", new { quantity = 2 });
        var cart = await PutAsync(customer, "/v1/carts/m-113/points", new { points = 1_000 });
        using var tooMany = await customer.PutAsJsonAsync("/v1/carts/m-113/points", new { points = 99_999 });
        using var none = await customer.DeleteAsync(new Uri("/v1/carts/m-113/points", UriKind.Relative));

        Assert.That(cart.GetProperty("amounts").GetProperty("payable").GetInt64(), Is.EqualTo(32_000));
        Assert.That(await tooMany.SlugAsync(), Is.EqualTo("points-rejected"));
        Assert.That((await none.JsonAsync()).GetProperty("amounts").GetProperty("payable").GetInt64(), Is.EqualTo(33_000));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Hotspot_1_CartStockCacheTtl_a_cart_shows_what_is_available_shortly_after_it_changed(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-116");
        await PutAsync(customer, "/v1/carts/m-116/items/p-302", new { quantity = 1 });
        system.Partners.Product.SetStock("p-302", "wh-seoul", 7);
        system.Partners.Product.SetStock("p-302", "wh-busan", 0);

        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await AvailableAsync() != 7)
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        async Task<int> AvailableAsync()
        {
            var cart = await customer.GetAsync(new Uri("/v1/carts/m-116", UriKind.Relative), cancellationToken).JsonAsync();
            return cart.GetProperty("lines")[0].GetProperty("available").GetInt32();
        }
    }

    [Test]
    public async Task Hotspot_2_a_guests_cart_merges_into_the_members_capped_by_stock_once()
    {
        using var customer = system.Api.Customer("m-114");
        var guestCart = "g-" + Guid.NewGuid();
        await PutAsync(customer, "/v1/carts/m-114/items/p-601", new { quantity = 4 });
        await PutAsync(system.Api.Anonymous, $"/v1/carts/{guestCart}/items/p-601", new { quantity = 5 });
        await PutAsync(system.Api.Anonymous, $"/v1/carts/{guestCart}/items/p-602", new { quantity = 1 });
        await PutAsync(system.Api.Anonymous, $"/v1/carts/{guestCart}/items/p-101", new { quantity = 1 });
        var merged = await customer.PostAsync("/v1/carts/m-114/merge", new { guestCartId = guestCart }).JsonAsync();
        var again = await customer.PostAsync("/v1/carts/m-114/merge", new { guestCartId = guestCart }).JsonAsync();

        static IEnumerable<(string, int)> Lines(JsonElement cart) =>
            cart.GetProperty("lines").EnumerateArray().Select(line => (line.Text("productId"), line.GetProperty("quantity").GetInt32()));
        Assert.That(Lines(merged), Is.EqualTo(new[] { ("p-601", 6), ("p-101", 1) }));
        Assert.That(merged.GetProperty("leftOut")[0].GetString(), Is.EqualTo("p-602"));
        Assert.That(Lines(again), Is.EqualTo(Lines(merged)));
    }

    [Test]
    public async Task An_order_of_a_cart_to_a_known_address_empties_the_cart()
    {
        using var customer = system.Api.Customer("m-115");
        await PutAsync(customer, "/v1/carts/m-115/items/p-101", new { quantity = 2 });
        var address = await customer.PostAsync(
            "/v1/members/m-115/addresses", new { recipient = "Hong", phone = "010-1", postalCode = "06236", address1 = "Teheran-ro 1" }, "k-1").JsonAsync();
        var body = new { memberId = "m-115", cartId = "m-115", addressId = address.Text("addressId") };
        using var placed = await customer.PostAsync("/v1/orders", body, "k-2");
        var order = await placed.JsonAsync();
        var cart = await customer.GetAsync(new Uri("/v1/carts/m-115", UriKind.Relative)).JsonAsync();
        var addresses = await customer.GetAsync(new Uri("/v1/members/m-115/addresses", UriKind.Relative)).JsonAsync();

        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), order.ToString());
        Assert.That(order.GetProperty("lines")[0].GetProperty("quantity").GetInt32(), Is.EqualTo(2));
        Assert.That(order.GetProperty("shipTo").Text("recipient"), Is.EqualTo("Hong"));
        Assert.That(cart.GetProperty("lines").GetArrayLength(), Is.Zero);
        Assert.That(addresses.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        using var empty = await customer.PostAsync("/v1/orders", body, "k-3");
        Assert.That(await empty.SlugAsync(), Is.EqualTo("empty-cart"));
    }

    [Test]
    public async Task What_happens_to_a_cart_is_published_once_each()
    {
        var cartId = "g-" + Guid.NewGuid();
        var path = $"/v1/carts/{cartId}/items/p-101";
        await PutAsync(system.Api.Anonymous, path, new { quantity = 1 });
        await PutAsync(system.Api.Anonymous, path, new { quantity = 1 });
        await PutAsync(system.Api.Anonymous, path, new { quantity = 3 });
        using var removed = await system.Api.Anonymous.DeleteAsync(new Uri(path, UriKind.Relative));
        var events = await system.Api.Service<IOrderQueries>().EventsOfAsync(cartId, 0, default);

        Assert.That(events.Select(e => e.Event.Type), Is.EqualTo(new[] { "cart.item-added", "cart.item-quantity-changed", "cart.item-removed" }));
        Assert.That(events[1].Event.Data.GetProperty("quantity").GetInt32(), Is.EqualTo(3));
    }

    private static async Task<JsonElement> PutAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PutAsJsonAsync(path, body);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }
}
