using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Tests.Storage.Recording;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class FollowingTheFeedTests(DatabaseKind kind) : StoreFixture(kind)
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_follower_meets_every_event_once_and_each_orders_events_in_order_while_many_write(CancellationToken cancellationToken)
    {
        const int writers = 8;
        const int eventsEach = 30;
        var orders = Enumerable.Range(0, writers / 2).Select(_ => Orders.NewId()).ToList();
        var start = await Store<IOrderQueries>().FeedEndAsync(default);
        var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                var store = writer % 2 == 0 ? Store<IOrderStore>() : SecondStore<IOrderStore>();
                for (var number = 0; number < eventsEach; number++)
                {
                    var order = Snapshots.Of(orders[writer / 2]);
                    await store.WriteAsync(Orders.Record(order, number, $"{writer}-{number}-a", $"{writer}-{number}-b"), cancellationToken);
                }
            },
            cancellationToken)).ToList();

        var met = new List<StoredEvent>();
        var position = start;
        while (met.Count < writers * eventsEach * 2)
        {
            var page = await Store<IOrderQueries>().FeedAsync(position, 7, cancellationToken);
            met.AddRange(page.Where(e => orders.Contains(e.Event.OrderId)));
            position = page.Count > 0 ? page[^1].Position : position;
            await Task.Yield();
        }

        await Task.WhenAll(writing);
        Assert.That(met.Select(e => (e.Event.OrderId, e.Event.Id)), Is.Unique);
        foreach (var order in orders)
        {
            var timeline = await Store<IOrderQueries>().EventsOfAsync(order, 0, default);
            Assert.That(
                met.Where(e => e.Event.OrderId == order).Select(e => e.Event.Id), Is.EqualTo(timeline.Select(e => e.Event.Id)),
                "the feed and the order's own timeline hold the same events");
        }
    }

    [Test]
    public async Task Events_of_an_order_are_read_on_from_a_position()
    {
        var orderId = Orders.NewId();
        await Store<IOrderStore>().WriteAsync(Orders.Record(Snapshots.Of(orderId), 1, "1", "2", "3"), default);
        var all = await Store<IOrderQueries>().EventsOfAsync(orderId, 0, default);

        var rest = await Store<IOrderQueries>().EventsOfAsync(orderId, all[0].Position.Number, default);
        Assert.That(rest.Select(e => e.Event.Id), Is.EqualTo(new[] { "2", "3" }));
    }
}
