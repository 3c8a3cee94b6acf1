using OrderOrchestration.Activities.Store.Carts;

namespace OrderOrchestration.Tests.Storage.Carts;

/// <summary>Hotspot 2: how a guest's cart is merged when the guest signs in as a member.</summary>
public sealed class MergingCartsTests
{
    private const int Limit = 30;
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Test]
    public void Quantities_add_up_capped_by_what_is_available()
    {
        var (cart, leftOut) = Cart("m-1", ("p-1", 2), ("p-2", 1)).Merge(Cart("g", ("p-1", 3), ("p-2", 1)), id => id == "p-1" ? 4 : 100, Limit, Start);

        Assert.That(cart.QuantityOf("p-1"), Is.EqualTo(4));
        Assert.That(cart.QuantityOf("p-2"), Is.EqualTo(2));
        Assert.That(leftOut, Is.Empty);
    }

    [Test]
    public void What_the_member_had_is_never_made_less()
    {
        var (cart, _) = Cart("m-1", ("p-1", 5)).Merge(Cart("g", ("p-1", 3)), _ => 2, Limit, Start);
        Assert.That(cart.QuantityOf("p-1"), Is.EqualTo(5));
    }

    [Test]
    public void Past_thirty_products_the_guests_newest_are_left_out_and_named()
    {
        var member = Cart("m-1", [.. Enumerable.Range(0, 28).Select(i => ($"p-{i}", 1))]);
        var guest = Cart("g", ("old-1", 1), ("old-2", 1), ("new-1", 1), ("p-0", 4), ("new-2", 1));
        var (cart, leftOut) = member.Merge(guest, _ => 100, Limit, Start);

        Assert.That(cart.Items, Has.Count.EqualTo(Limit));
        Assert.That(leftOut, Is.EqualTo(new[] { "new-1", "new-2" }));
        Assert.That(cart.QuantityOf("p-0"), Is.EqualTo(5), "a product that is there already takes no room");
    }

    [Test]
    public void What_is_not_to_be_had_is_left_out_and_named()
    {
        var (cart, leftOut) = Cart("m-1").Merge(Cart("g", ("gone", 1)), _ => 0, Limit, Start);
        Assert.That(cart.Items, Is.Empty);
        Assert.That(leftOut, Is.EqualTo(new[] { "gone" }));
    }

    private static Cart Cart(string cartId, params (string ProductId, int Quantity)[] items) => new(
        cartId, [.. items.Select((item, i) => new CartItem(item.ProductId, item.Quantity, Start.AddMinutes(i)))]);
}
