using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Tests.Storage.Carts;

/// <summary>Data that anybody can create without a token is bounded.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class PurgingCartsTests(DatabaseKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task The_longest_untouched_carts_of_guests_go_with_their_events_and_no_members_cart_does()
    {
        var clock = new MutableClock();
        var carts = NewProgram<ICartStore>(clock);
        var guests = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            guests.Add("g-" + Guid.NewGuid());
            await FillAsync(carts, guests[i]);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await FillAsync(carts, "m-1");
        clock.Advance(TimeSpan.FromSeconds(1));
        await FillAsync(carts, guests[0], quantity: 2);
        var gone = await carts.PurgeAsync(clock.GetUtcNow() - TimeSpan.FromDays(90), mostGuestCarts: 3, default);

        Assert.That(gone, Is.GreaterThanOrEqualTo(2));
        Assert.That((await carts.FindAsync(guests[2], default)).IsEmpty, Is.True);
        Assert.That((await carts.FindAsync(guests[1], default)).IsEmpty, Is.True);
        Assert.That((await carts.FindAsync(guests[0], default)).IsEmpty, Is.False, "it was touched last");
        Assert.That((await carts.FindAsync("m-1", default)).IsEmpty, Is.False);
        Assert.That(await Store<IOrderQueries>().EventsOfAsync(guests[1], 0, default), Is.Empty);
        Assert.That(await Store<IOrderQueries>().EventsOfAsync(guests[0], 0, default), Is.Not.Empty);
        clock.Advance(TimeSpan.FromDays(91));
        await carts.PurgeAsync(clock.GetUtcNow() - TimeSpan.FromDays(90), mostGuestCarts: 1_000, default);
        Assert.That((await carts.FindAsync("m-1", default)).IsEmpty, Is.True, "nobody touched it for 90 days");
    }

    [Test]
    public async Task A_cart_in_which_nothing_is_left_has_no_row_and_a_member_has_a_limited_number_of_addresses()
    {
        var carts = Store<ICartStore>();
        var guest = "g-" + Guid.NewGuid();
        await FillAsync(carts, guest);
        await FillAsync(carts, guest, quantity: 0);
        Assert.That((await carts.FindAsync(guest, default)).IsEmpty, Is.True);

        var addresses = Store<IAddressStore>();
        var added = 0;
        for (var i = 0; i < 105; i++)
        {
            added += await addresses.AddAsync("m-many", $"a-{i}", new("Hong", "010", "06236", "1"), default) ? 1 : 0;
        }

        Assert.That(added, Is.EqualTo(100));
        Assert.That(await addresses.AddAsync("m-many", "a-1", new("Hong", "010", "06236", "1"), default), Is.True, "one that is there is there");
        Assert.That(await addresses.ListAsync("m-many", default), Has.Count.EqualTo(100));
    }

    private static Task<Cart> FillAsync(ICartStore carts, string cartId, int quantity = 1) =>
        carts.ChangeAsync(cartId, cart => cart.With("p-1", quantity, DateTimeOffset.UnixEpoch), default);
}
