using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Tests.Storage.Recording;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class WritingOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IOrderStore Writer => Store<IOrderStore>();

    private IOrderQueries Reader => Store<IOrderQueries>();

    [Test]
    public async Task What_was_written_is_read_back_whole([Values] OrderStatus status)
    {
        var createdAt = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(9)).AddTicks(1_234_567);
        var order = Snapshots.Of(Orders.NewId(), "m-1", status, createdAt, points: 2_300, version: 7).WithAttention();
        await Writer.WriteAsync(new OrderRecord(order, [Orders.Event(order.OrderId, "1")], [Orders.Notification(order.OrderId)]), default);

        var read = (await SecondStore<IOrderStore>().FindSnapshotAsync(order.OrderId, default))!;
        Assert.That(Json(read), Is.EqualTo(Json(order)));
        Assert.That((read.Status, read.Version, read.CreatedAt), Is.EqualTo((status, 7L, createdAt)));
        Assert.That(await SecondStore<IOrderStore>().FindStateAsync(order.OrderId, default), Is.EqualTo(new StoredState(7, order.UpdatedAt)));
        Assert.That(Json(await Reader.FindAsync(order.OrderId, default)), Is.EqualTo(Json(order.View())));
        var orderEvent = (await Reader.EventsOfAsync(order.OrderId, 0, default)).Single().Event;
        Assert.That(orderEvent.Data.GetProperty("note").GetString(), Is.EqualTo("한글"));
        Assert.That(orderEvent.Time, Is.EqualTo(DateTimeOffset.UnixEpoch.AddTicks(1_234_567)));
    }

    [Test]
    public async Task An_order_that_nobody_wrote_is_not_there()
    {
        Assert.That(await Writer.FindSnapshotAsync("o-unknown", default), Is.Null);
        Assert.That(await Writer.FindStateAsync("o-unknown", default), Is.Null);
        Assert.That(await Reader.FindAsync("o-unknown", default), Is.Null);
    }

    [Test]
    public async Task Writing_a_record_twice_changes_nothing()
    {
        var order = Snapshots.Of(Orders.NewId(), version: 3);
        var record = new OrderRecord(order, [Orders.Event(order.OrderId, "1"), Orders.Event(order.OrderId, "2")], [Orders.Notification(order.OrderId)]);
        var outcomes = new[] { await Writer.WriteAsync(record, default), await Writer.WriteAsync(record, default) };

        Assert.That(outcomes, Has.All.EqualTo(RecordOutcome.Written));
        Assert.That(await EventIdsAsync(order.OrderId), Is.EqualTo(new[] { "1", "2" }));
        Assert.That((await Reader.ListAsync(new OrderFilter(Limit: 1000), default)).Items.Count(listed => listed.OrderId == order.OrderId), Is.EqualTo(1));
    }

    [TestCase(9)]
    [TestCase(10)]
    [TestCase(11)]
    [TestCase(35)]
    public async Task All_events_of_a_record_are_written_in_their_order(int count)
    {
        var order = Snapshots.Of(Orders.NewId());
        var ids = Enumerable.Range(1, count).Select(i => $"{i}").ToArray();
        await Writer.WriteAsync(Orders.Record(order, 1, ids[..(count / 2)]), default);
        await Writer.WriteAsync(Orders.Record(order, 2, ids), default);

        Assert.That(await EventIdsAsync(order.OrderId), Is.EqualTo(ids));
    }

    [Test]
    public async Task An_older_snapshot_never_replaces_a_newer_one_but_its_events_are_kept()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Paid), 20, "paid"), default);
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Placed), 10, "placed"), default);

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Paid));
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Version, Is.EqualTo(20));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "paid", "placed" }));
    }

    [Test]
    public async Task A_snapshot_is_only_replaced_by_one_of_a_higher_version()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Dispatching), 20, "a"), default);
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Shipping), 20, "b"), default);
        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Dispatching));
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Shipping), 21, "c"), default);

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Shipping));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task A_write_that_fails_leaves_nothing_behind()
    {
        var order = Snapshots.Of(Orders.NewId());
        var broken = Orders.Event(order.OrderId, "2") with { Type = null! };
        var record = new OrderRecord(order, [Orders.Event(order.OrderId, "1"), broken], []);

        await Assert.ThatAsync(() => Writer.WriteAsync(record, default), Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await Reader.FindAsync(order.OrderId, default), Is.Null);
        Assert.That(await EventIdsAsync(order.OrderId), Is.Empty);
    }

    [Test]
    public async Task Two_programs_writing_one_order_at_once_end_with_the_newest_snapshot_and_every_event_once()
    {
        var orderId = Orders.NewId();
        const int writes = 40;
        await Task.WhenAll(Enumerable.Range(1, writes).Select(version => Task.Run(async () =>
        {
            var store = version % 2 == 0 ? Writer : SecondStore<IOrderStore>();
            var status = version == writes ? OrderStatus.Completed : OrderStatus.Paid;
            await store.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: status), version, "shared", $"own-{version}"), default);
        })));

        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Completed));
        var ids = await EventIdsAsync(orderId);
        Assert.That(ids, Has.Count.EqualTo(writes + 1));
        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task The_same_event_of_another_team_is_kept_for_each_order_it_concerns()
    {
        var (first, second) = (Snapshots.Of(Orders.NewId()), Snapshots.Of(Orders.NewId()));
        await Writer.WriteAsync(new OrderRecord(first, [Orders.Event(first.OrderId, "e-1", "product.sale-stopped", "/teams/product")], []), default);
        await Writer.WriteAsync(new OrderRecord(second, [Orders.Event(second.OrderId, "e-1", "product.sale-stopped", "/teams/product")], []), default);

        Assert.That(await EventIdsAsync(second.OrderId), Is.EqualTo(new[] { "e-1" }));
    }

    [Test]
    public async Task An_event_appended_to_a_closed_order_leaves_its_snapshot_alone()
    {
        var order = Snapshots.Of(Orders.NewId(), status: OrderStatus.Completed);
        await Writer.WriteAsync(Orders.Record(order, 9, "completed"), default);
        await Store<IOrderTimeline>().AppendAsync(Orders.Event(order.OrderId, "late", "logistics.delivered", "/teams/logistics"), default);
        await Store<IOrderTimeline>().AppendAsync(Orders.Event(order.OrderId, "late", "logistics.delivered", "/teams/logistics"), default);

        Assert.That(await EventIdsAsync(order.OrderId), Is.EqualTo(new[] { "completed", "late" }));
        Assert.That(Json(await Writer.FindSnapshotAsync(order.OrderId, default)), Is.EqualTo(Json(order with { Version = 9 })));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, OrderJson.Options);

    private async Task<IReadOnlyList<string>> EventIdsAsync(string orderId) =>
        [.. (await Reader.EventsOfAsync(orderId, 0, default)).Select(stored => stored.Event.Id)];
}
