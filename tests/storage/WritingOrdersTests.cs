using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Storage;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class WritingOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IOrderStore Writer => Store<IOrderStore>();

    private IOrderQueries Reader => Store<IOrderQueries>();

    [Test]
    public async Task What_was_written_is_read_back_whole()
    {
        var view = Orders.View(Orders.NewId(), createdAt: new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(9)));
        await Writer.WriteAsync(new OrderRecord(view, 1, [Orders.Event(view.OrderId, "1")], [Orders.Notification(view.OrderId)]), default);

        var read = await Reader.FindAsync(view.OrderId, default);
        Assert.That(read, Is.EqualTo(view with { Lines = read!.Lines, Payments = read.Payments, Shipments = read.Shipments, Refunds = read.Refunds, Exchanges = read.Exchanges }));
        Assert.That(read.Lines, Is.EqualTo(view.Lines));
        var orderEvent = (await Reader.EventsOfAsync(view.OrderId, 0, default)).Single().Event;
        Assert.That(orderEvent.Data.GetProperty("note").GetString(), Is.EqualTo("한글"));
        Assert.That(orderEvent.Time, Is.EqualTo(DateTimeOffset.UnixEpoch.AddTicks(1_234_567)));
    }

    [Test]
    public async Task Writing_a_record_twice_changes_nothing()
    {
        var view = Orders.View(Orders.NewId());
        var record = new OrderRecord(view, 3, [Orders.Event(view.OrderId, "1"), Orders.Event(view.OrderId, "2")], [Orders.Notification(view.OrderId)]);
        await Writer.WriteAsync(record, default);
        await Writer.WriteAsync(record, default);

        Assert.That((await Reader.EventsOfAsync(view.OrderId, 0, default)).Select(e => e.Event.Id), Is.EqualTo(new[] { "1", "2" }));
        Assert.That((await Reader.ListAsync(new OrderFilter(Limit: 1000), default)).Items.Count(order => order.OrderId == view.OrderId), Is.EqualTo(1));
    }

    [Test]
    public async Task An_older_view_never_replaces_a_newer_one_but_its_events_are_kept()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Orders.View(orderId, status: OrderStatus.Paid), 20, "paid"), default);
        await Writer.WriteAsync(Orders.Record(Orders.View(orderId, status: OrderStatus.Placed), 10, "placed"), default);

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Paid));
        Assert.That((await Reader.EventsOfAsync(orderId, 0, default)).Select(e => e.Event.Id), Is.EqualTo(new[] { "paid", "placed" }));
    }

    [Test]
    public async Task The_later_of_two_views_made_in_one_workflow_task_stands()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Orders.View(orderId, status: OrderStatus.Dispatching), 20, "a"), default);
        await Writer.WriteAsync(Orders.Record(Orders.View(orderId, status: OrderStatus.Shipping), 20, "b"), default);

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Shipping));
    }

    [Test]
    public async Task A_write_that_fails_leaves_nothing_behind()
    {
        var view = Orders.View(Orders.NewId());
        var broken = Orders.Event(view.OrderId, "2") with { Type = null! };
        var record = new OrderRecord(view, 1, [Orders.Event(view.OrderId, "1"), broken], []);

        await Assert.ThatAsync(() => Writer.WriteAsync(record, default), Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await Reader.FindAsync(view.OrderId, default), Is.Null);
        Assert.That(await Reader.EventsOfAsync(view.OrderId, 0, default), Is.Empty);
    }

    [Test]
    public async Task Two_programs_writing_one_order_at_once_end_with_the_newest_view_and_every_event_once()
    {
        var orderId = Orders.NewId();
        const int writes = 40;
        await Task.WhenAll(Enumerable.Range(1, writes).Select(version => Task.Run(async () =>
        {
            var store = version % 2 == 0 ? Writer : SecondStore<IOrderStore>();
            var status = version == writes ? OrderStatus.Completed : OrderStatus.Paid;
            await store.WriteAsync(Orders.Record(Orders.View(orderId, status: status), version, "shared", $"own-{version}"), default);
        })));

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Completed));
        var ids = (await Reader.EventsOfAsync(orderId, 0, default)).Select(e => e.Event.Id).ToList();
        Assert.That(ids, Has.Count.EqualTo(writes + 1));
        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task The_same_event_of_another_team_is_kept_for_each_order_it_concerns()
    {
        var first = Orders.View(Orders.NewId());
        var second = Orders.View(Orders.NewId());
        await Writer.WriteAsync(new OrderRecord(first, 1, [Orders.Event(first.OrderId, "e-1", "product.sale-stopped", "/teams/product")], []), default);
        await Writer.WriteAsync(new OrderRecord(second, 1, [Orders.Event(second.OrderId, "e-1", "product.sale-stopped", "/teams/product")], []), default);

        Assert.That(await Reader.EventsOfAsync(second.OrderId, 0, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_event_appended_to_a_closed_order_leaves_its_view_alone()
    {
        var view = Orders.View(Orders.NewId(), status: OrderStatus.Completed);
        await Writer.WriteAsync(Orders.Record(view, 9, "completed"), default);
        await Store<IOrderTimeline>().AppendAsync(Orders.Event(view.OrderId, "late", "logistics.delivered", "/teams/logistics"), default);
        await Store<IOrderTimeline>().AppendAsync(Orders.Event(view.OrderId, "late", "logistics.delivered", "/teams/logistics"), default);

        Assert.That((await Reader.EventsOfAsync(view.OrderId, 0, default)).Select(e => e.Event.Id), Is.EqualTo(new[] { "completed", "late" }));
        Assert.That((await Reader.FindAsync(view.OrderId, default))!.Status, Is.EqualTo(OrderStatus.Completed));
    }
}
