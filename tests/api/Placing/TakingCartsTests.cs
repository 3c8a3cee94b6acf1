using System.Net;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Tests.Api.Placing;

/// <summary>An order takes its cart (hotspot 2): in one transaction, whichever process dies in between.</summary>
public sealed class TakingCartsTests : FakedApi
{
    private static readonly object Body = new
    {
        memberId = "m-1",
        cartId = "m-1",
        shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
    };

    private ICartStore Carts => Api.Service<ICartStore>();

    [Test]
    public async Task Case_22_two_orders_at_once_from_one_cart_are_one_order_and_one_empty_cart()
    {
        await FillAsync();
        using var customer = Api.Customer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i => await customer.PostAsync("/v1/orders", Body, $"k-{i}")));

        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), Is.EqualTo(1));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            Assert.That(await refused.SlugAsync(), Is.EqualTo("empty-cart"));
        }

        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
        Assert.That((await Carts.FindAsync("m-1", default)).IsEmpty, Is.True);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Test]
    public async Task An_order_that_is_refused_gives_the_cart_back_as_it_was()
    {
        await FillAsync();
        Facts.Change = facts => facts with { Serviceability = new(false, false) };
        using var customer = Api.Customer();
        using var refused = await customer.PostAsync("/v1/orders", Body, "k-1");

        Assert.That(await refused.SlugAsync(), Is.EqualTo("undeliverable-address"));
        var cart = await Carts.FindAsync("m-1", default);
        Assert.That(cart.Lines.Select(line => (line.ProductId, line.Quantity)), Is.EqualTo(new[] { ("p-100", 2), ("p-101", 1) }));
        Assert.That(cart.CouponCode, Is.Null);
        Assert.That(await Carts.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
    }

    [Test]
    public async Task Case_22_an_order_that_was_cut_off_is_placed_under_its_key_with_what_it_had_taken()
    {
        await FillAsync();
        Orders.OnPlace = _ => throw new OrdersUnavailableException("killed");
        using var customer = Api.Customer();
        using var cut = await customer.PostAsync("/v1/orders", Body, "k-1");
        Orders.OnPlace = null;
        using var again = await customer.PostAsync("/v1/orders", Body, "k-1");

        Assert.That(cut.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Created), await again.Content.ReadAsStringAsync());
        Assert.That(Orders.Placed.Select(input => input.Request.OrderId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Orders.Placed.Last().Request.Lines, Has.Count.EqualTo(2));
        Assert.That((await Carts.FindAsync("m-1", default)).IsEmpty, Is.True);
        Assert.That(await Carts.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
    }

    [Test]
    public async Task An_order_that_was_started_before_it_was_cut_off_leaves_an_empty_cart()
    {
        await FillAsync();
        Orders.OnPlace = _ => throw new OrdersUnavailableException("killed after the start");
        using var customer = Api.Customer();
        using var cut = await customer.PostAsync("/v1/orders", Body, "k-1");
        Orders.OnFindExisting = orderId => new ExistingOrder(true, FakeOrders.View(orderId, "m-1"));
        using var again = await customer.PostAsync("/v1/orders", Body, "k-1");

        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await Carts.FindAsync("m-1", default)).IsEmpty, Is.True);
        Assert.That(await Carts.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
    }

    [Test]
    public async Task A_guests_order_takes_the_guests_cart()
    {
        var cartId = "g-" + Guid.NewGuid();
        await Carts.ChangeAsync(cartId, cart => cart.With("p-100", 3, DateTimeOffset.UtcNow), default);
        var body = new
        {
            guest = new { name = "Kim", phone = "010-1111-1111", email = "kim@example.com" },
            cartId,
            shipTo = new { recipient = "Kim", phone = "010-1111-1111", postalCode = "06236", address1 = "Teheran-ro 1" },
        };
        using var placed = await Api.Anonymous.PostAsync("/v1/orders", body, "k-1");
        using var foreign = await Api.Anonymous.PostAsync("/v1/orders", new { body.guest, cartId = "m-1", body.shipTo }, "k-2");

        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync());
        Assert.That(Orders.Placed.Single().Request.Lines.Single().Quantity, Is.EqualTo(3));
        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "a member's cart is the member's");
    }

    private Task<Cart> FillAsync() => Carts.ChangeAsync(
        "m-1", cart => cart.With("p-100", 2, DateTimeOffset.UtcNow).With("p-101", 1, DateTimeOffset.UtcNow), default);
}
