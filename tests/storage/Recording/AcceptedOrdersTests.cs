using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Recording;

/// <summary>An order that was accepted and not decided yet has a row before its workflow writes.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class AcceptedOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IOrderStore Writer => Store<IOrderStore>();

    private IOrderQueries Reader => Store<IOrderQueries>();

    [Test]
    public async Task An_order_that_is_made_known_is_read_as_it_is_and_nothing_is_published()
    {
        var order = Snapshots.New(Orders.NewId());
        await Writer.AddAsync(order, default);

        Assert.That(Json(await SecondStore<IOrderStore>().FindSnapshotAsync(order.OrderId, default)), Is.EqualTo(Json(order)));
        Assert.That((await Reader.FindAsync(order.OrderId, default))!.Status, Is.EqualTo(OrderStatus.Placed));
        Assert.That(await Reader.EventsOfAsync(order.OrderId, 0, default), Is.Empty);
    }

    [Test]
    public async Task An_order_that_is_made_known_is_found_by_its_products_and_its_member()
    {
        var (member, product) = (NewName(), NewName());
        var order = Snapshots.New(Orders.NewId(), member, lines: [new OrderedLine(), new OrderedLine(product)]);
        await Writer.AddAsync(order, default);

        Assert.That(await Reader.UnpaidOrdersWithProductAsync(product, "", 100, default), Is.EqualTo(new[] { order.OrderId }));
        Assert.That((await Reader.ListAsync(new OrderFilter(member), default)).Items.Select(listed => listed.OrderId), Is.EqualTo(new[] { order.OrderId }));
    }

    [Test]
    public async Task The_first_record_of_whatever_run_replaces_what_was_made_known()
    {
        var (seller, orderId) = (NewName(), Orders.NewId());
        IReadOnlyList<OrderedLine> lines = [new OrderedLine(SellerId: seller)];
        await Writer.AddAsync(Snapshots.New(orderId, lines: lines), default);
        var placed = Snapshots.Of(orderId, status: OrderStatus.StockReserved, lines: lines);

        Assert.That(await Writer.WriteAsync(Orders.Record(placed, 1, "1"), "run-b", default), Is.EqualTo(RecordOutcome.Written));
        Assert.That((await Reader.FindAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.StockReserved));
        Assert.That((await Reader.EventsOfAsync(orderId, 0, default)).Select(stored => stored.Event.Id), Is.EqualTo(new[] { "1" }));
        Assert.That(await OfSellerAsync(seller), Is.EqualTo(new[] { orderId }));
        Assert.That(await Writer.WriteAsync(Orders.Record(placed, 1, "2"), "run-c", default), Is.EqualTo(RecordOutcome.Superseded), "run-b is its writer");
    }

    [Test]
    public async Task An_order_that_is_known_stays_as_it_is()
    {
        var (seller, orderId) = (NewName(), Orders.NewId());
        IReadOnlyList<OrderedLine> lines = [new OrderedLine(SellerId: seller)];
        var paid = Snapshots.Of(orderId, status: OrderStatus.Paid, lines: lines);
        await Writer.WriteAsync(Orders.Record(paid, 3, "1"), default);
        await Writer.AddAsync(Snapshots.New(orderId, lines: lines), default);

        Assert.That(Json(await Writer.FindSnapshotAsync(orderId, default)), Is.EqualTo(Json(paid with { Version = 3 })));
        Assert.That(await OfSellerAsync(seller), Is.EqualTo(new[] { orderId }), "it is still found by its seller");
        Assert.That(await Writer.WriteAsync(Orders.Record(paid, 3, "2"), "run-b", default), Is.EqualTo(RecordOutcome.Superseded), "its writer is the same");
    }

    [Test]
    public async Task An_order_that_was_recorded_before_it_was_priced_is_found_by_its_seller_once_it_is()
    {
        var (seller, orderId) = (NewName(), Orders.NewId());
        IReadOnlyList<OrderedLine> lines = [new OrderedLine(SellerId: seller)];
        await Writer.WriteAsync(Orders.Record(Snapshots.New(orderId, lines: lines).WithAttention(ProcessNames.Placing, "read-facts"), 1), default);
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, lines: lines), 2), default);

        Assert.That(await OfSellerAsync(seller), Is.EqualTo(new[] { orderId }));
    }

    [Test]
    public async Task Programs_that_make_an_order_known_at_once_make_one_of_it()
    {
        var member = NewName();
        var order = Snapshots.New(Orders.NewId(), member);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            () => (i % 2 == 0 ? Writer : SecondStore<IOrderStore>()).AddAsync(order, default))));

        Assert.That((await Reader.ListAsync(new OrderFilter(member), default)).Items, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_order_that_was_refused_before_anything_was_recorded_is_taken_back_with_its_lines()
    {
        var product = NewName();
        var order = Snapshots.New(Orders.NewId(), lines: [new OrderedLine(product)]);
        await Writer.AddAsync(order, default);
        await Writer.RemoveUnrecordedAsync(order.OrderId, default);

        Assert.That(await Writer.FindSnapshotAsync(order.OrderId, default), Is.Null);
        Assert.That(await Writer.OpenOrdersAsync(null, 10_000, default), Does.Not.Contain(order.OrderId));
        await Writer.AddAsync(Snapshots.New(order.OrderId), default);
        Assert.That(await Reader.UnpaidOrdersWithProductAsync(product, "", 100, default), Is.Empty, "the lines it had then went with it");
    }

    [Test]
    public async Task An_order_that_was_recorded_is_never_taken_back()
    {
        var product = NewName();
        var order = Snapshots.Of(Orders.NewId(), lines: [new OrderedLine(product)]);
        await Writer.AddAsync(Snapshots.New(order.OrderId, lines: [new OrderedLine(product)]), default);
        await Writer.WriteAsync(Orders.Record(order, 1, "1"), default);
        await Writer.RemoveUnrecordedAsync(order.OrderId, default);

        Assert.That(Json(await Writer.FindSnapshotAsync(order.OrderId, default)), Is.EqualTo(Json(order)));
        Assert.That(await Reader.UnpaidOrdersWithProductAsync(product, "", 100, default), Is.EqualTo(new[] { order.OrderId }));
    }

    [Test]
    public async Task Taking_back_an_order_leaves_the_others_alone()
    {
        var product = NewName();
        var (open, refused) = (Snapshots.New(Orders.NewId(), lines: [new OrderedLine(product)]), Snapshots.New(Orders.NewId(), lines: [new OrderedLine(product)]));
        await Writer.AddAsync(open, default);
        await Writer.AddAsync(refused, default);
        await Writer.RemoveUnrecordedAsync(refused.OrderId, default);
        await Writer.RemoveUnrecordedAsync("o-unknown", default);

        Assert.That(await Reader.UnpaidOrdersWithProductAsync(product, "", 100, default), Is.EqualTo(new[] { open.OrderId }));
    }

    [Test]
    public async Task A_guests_order_that_was_made_known_is_nobodys_until_it_is_claimed()
    {
        var (member, order) = (NewName(), Snapshots.New(Orders.NewId(), memberId: null));
        await Writer.AddAsync(order, default);
        Assert.That((await Reader.FindAsync(order.OrderId, default))!.MemberId, Is.Null);
        var claimed = order.Apply(new OrderClaimed(order.UpdatedAt, new ClaimCommand(member, "BASIC", null)));
        await Writer.WriteAsync(Orders.Record(claimed, 1), default);

        Assert.That(await Reader.LatestOrderOfMemberAsync(member, default), Is.EqualTo(order.OrderId));
    }

    private static string NewName() => "n-" + Guid.NewGuid().ToString("N");

    private static string Json(Order? order) => JsonSerializer.Serialize(order, OrderJson.Options);

    private async Task<IEnumerable<string>> OfSellerAsync(string seller) =>
        (await Reader.ListAsync(new OrderFilter(SellerId: seller), default)).Items.Select(order => order.OrderId);
}
