using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Storage.Carts;

/// <summary>An order takes its cart in one transaction (hotspot 2).</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class TakingCartsTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private ICartStore Carts => Store<ICartStore>();

    [Test]
    public async Task Of_orders_at_once_in_several_programs_one_takes_the_cart_and_the_others_find_it_empty()
    {
        var cartId = await FillAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? Carts : SecondStore<ICartStore>()).TakeAsync(cartId, $"{cartId}/o-{i}", default)));

        Assert.That(taken.Count(cart => cart is not null), Is.EqualTo(1));
        Assert.That(taken.OfType<Cart>().Single().QuantityOf("p-1"), Is.EqualTo(2));
        Assert.That((await Carts.FindAsync(cartId, default)).IsEmpty, Is.True);
    }

    [Test]
    public async Task The_same_order_gets_the_same_again_until_it_is_settled()
    {
        var cartId = await FillAsync();
        var first = await Carts.TakeAsync(cartId, cartId + "/o", default);
        await Carts.ChangeAsync(cartId, cart => cart.With("p-9", 1, Start), default);
        var again = await SecondStore<ICartStore>().TakeAsync(cartId, cartId + "/o", default);
        await Carts.SettleAsync(cartId + "/o", default);
        await Carts.SettleAsync(cartId + "/o", default);

        Assert.That(again!.Lines, Is.EqualTo(first!.Lines));
        Assert.That((await Carts.FindAsync(cartId, default)).Lines.Select(line => line.ProductId), Is.EqualTo(new[] { "p-9" }), "what was put in meanwhile stays");
        Assert.That(await TypesAsync(cartId), Is.EqualTo(new[] { "cart.item-added", "cart.item-added", "cart.item-added", "cart.item-removed", "cart.item-removed" }));
    }

    [Test]
    public async Task What_an_order_that_came_to_nothing_had_taken_is_back_with_what_was_put_in_meanwhile()
    {
        var cartId = await FillAsync();
        await Carts.ChangeAsync(cartId, cart => cart with { CouponCode = "C", Points = new Won(5) }, default);
        await Carts.TakeAsync(cartId, cartId + "/o", default);
        await Carts.ChangeAsync(cartId, cart => cart.With("p-1", 3, Start).With("p-9", 1, Start), default);
        await Carts.ReturnAsync(cartId + "/o", default);
        await Carts.ReturnAsync(cartId + "/o", default);

        var cart = await Carts.FindAsync(cartId, default);
        Assert.That(cart.Lines.Select(line => (line.ProductId, line.Quantity)), Is.EqualTo(new[] { ("p-1", 5), ("p-2", 1), ("p-9", 1) }));
        Assert.That((cart.CouponCode, cart.Points), Is.EqualTo(("C", new Won(5))));
        Assert.That(await Carts.TakeAsync(cartId, cartId + "/o2", default), Is.Not.Null);
    }

    [Test]
    public async Task Settling_and_returning_at_once_do_one_of_the_two()
    {
        var cartId = await FillAsync();
        await Carts.TakeAsync(cartId, cartId + "/o", default);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            i % 2 == 0 ? Carts.SettleAsync(cartId + "/o", default) : SecondStore<ICartStore>().ReturnAsync(cartId + "/o", default)));

        var quantity = (await Carts.FindAsync(cartId, default)).QuantityOf("p-1");
        Assert.That(quantity, Is.EqualTo(0).Or.EqualTo(2));
    }

    [Test]
    public async Task Orders_that_neither_exist_nor_came_to_nothing_are_found()
    {
        var clock = new MutableClock();
        var carts = NewProgram<ICartStore>(clock);
        var cartId = await FillAsync();
        await carts.TakeAsync(cartId, cartId + "/o", default);
        var young = await carts.UnsettledAsync(clock.GetUtcNow() - TimeSpan.FromMinutes(2), 1_000, default);
        clock.Advance(TimeSpan.FromMinutes(3));
        var old = await carts.UnsettledAsync(clock.GetUtcNow() - TimeSpan.FromMinutes(2), 1_000, default);

        Assert.That(young, Does.Not.Contain(cartId + "/o"));
        Assert.That(old, Does.Contain(cartId + "/o"));
    }

    private async Task<string> FillAsync()
    {
        var cartId = "m-" + Guid.NewGuid();
        await Carts.ChangeAsync(cartId, cart => cart.With("p-1", 2, Start).With("p-2", 1, Start), default);
        return cartId;
    }

    private async Task<IEnumerable<string>> TypesAsync(string subject) =>
        (await Store<IOrderQueries>().EventsOfAsync(subject, 0, default)).Select(stored => stored.Event.Type);
}
