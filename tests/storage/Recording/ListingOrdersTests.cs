using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Recording;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class ListingOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Day = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private IOrderQueries Reader => Store<IOrderQueries>();

    [Test]
    public async Task Orders_are_listed_newest_first()
    {
        var member = NewMember();
        var orders = await WriteAsync(member, 5);

        var page = await Reader.ListAsync(new OrderFilter(MemberId: member), default);
        Assert.That(page.Items.Select(order => order.OrderId), Is.EqualTo(Enumerable.Reverse(orders)));
        Assert.That(page.NextCursor, Is.Null);
    }

    [Test]
    public async Task Pages_followed_by_their_cursor_meet_every_order_once_while_orders_arrive_and_change()
    {
        var member = NewMember();
        var orders = await WriteAsync(member, 20);
        var met = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Reader.ListAsync(new OrderFilter(MemberId: member, Limit: 3, Cursor: cursor), default);
            met.AddRange(page.Items.Select(order => order.OrderId));
            cursor = page.NextCursor;
            await Store<IOrderStore>().WriteAsync(Orders.Record(Snapshots.Of(Orders.NewId(), member, createdAt: Day.AddDays(9)), 1), default);
            await Store<IOrderStore>().WriteAsync(
                Orders.Record(Snapshots.Of(met[0], member, OrderStatus.Paid, Day.AddMinutes(19)), 5), default);
        }
        while (cursor is not null);

        Assert.That(met, Is.EqualTo(Enumerable.Reverse(orders)));
    }

    [Test]
    public async Task Orders_created_at_the_same_moment_are_not_lost_between_pages()
    {
        var member = NewMember();
        var orders = new HashSet<string>();
        for (var i = 0; i < 7; i++)
        {
            var order = Snapshots.Of(Orders.NewId(), member, createdAt: Day);
            orders.Add(order.OrderId);
            await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        }

        Assert.That(await PagesAsync(new OrderFilter(MemberId: member, Limit: 2)), Is.EquivalentTo(orders));
    }

    [Test]
    public async Task Filters_select_by_status_attention_seller_and_time()
    {
        var member = NewMember();
        var stuck = Snapshots.Of(Orders.NewId(), member, OrderStatus.Paid, Day).WithAttention();
        var shipped = Snapshots.Of(Orders.NewId(), member, OrderStatus.Shipping, Day.AddHours(1), [new OrderedLine(), new OrderedLine("p-900", "s-9")]);
        var early = Snapshots.Of(Orders.NewId(), member, OrderStatus.Paid, Day.AddDays(-1));
        foreach (var order in new[] { stuck, shipped, early })
        {
            await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        }

        Assert.That(await IdsAsync(new OrderFilter(member, OrderStatus.Paid)), Is.EqualTo(new[] { stuck.OrderId, early.OrderId }));
        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: true)), Is.EqualTo(new[] { stuck.OrderId }));
        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: false)), Is.EqualTo(new[] { shipped.OrderId, early.OrderId }));
        Assert.That(await IdsAsync(new OrderFilter(member, SellerId: "s-9")), Is.EqualTo(new[] { shipped.OrderId }));
        Assert.That(await IdsAsync(new OrderFilter(member, From: Day, To: Day.AddHours(1))), Is.EqualTo(new[] { stuck.OrderId }));
    }

    [Test]
    public async Task A_sellers_orders_are_listed_newest_first_each_once_whatever_else_is_asked_of_them()
    {
        var (seller, member) = ("s-" + Guid.NewGuid().ToString("N"), NewMember());
        var orders = new List<Order>();
        for (var i = 0; i < 12; i++)
        {
            // Some have two lines of the seller, some one beside another's, some none.
            IReadOnlyList<OrderedLine> lines =
                [new OrderedLine("p-1", i % 3 == 0 ? "s-other" : seller), new OrderedLine("p-2", i % 3 == 1 ? seller : "s-other")];
            var order = Snapshots.Of(Orders.NewId(), i % 2 == 0 ? member : null, i % 4 == 0 ? OrderStatus.Completed : OrderStatus.Paid, Day.AddHours(i / 2), lines);
            orders.Add(i % 5 == 1 ? order.WithAttention() : order);
            await Store<IOrderStore>().WriteAsync(Orders.Record(orders[i], 1), default);
        }

        foreach (var filter in new OrderFilter[]
        {
            new(), new(Status: OrderStatus.Paid), new(Status: OrderStatus.Completed), new(NeedsAttention: true), new(NeedsAttention: false), new(member),
            new(member, OrderStatus.Paid), new(From: Day.AddHours(1), To: Day.AddHours(4)), new(Status: OrderStatus.Paid, NeedsAttention: true),
        })
        {
            var expected = orders
                .Where(order => order.View().Lines.Any(line => line.SellerId == seller)
                    && (filter.MemberId is null || order.Request.MemberId == filter.MemberId)
                    && (filter.Status is null || order.Status == filter.Status)
                    && (filter.NeedsAttention is null || order.Attentions.Count > 0 == filter.NeedsAttention)
                    && (filter.From is null || order.CreatedAt >= filter.From) && (filter.To is null || order.CreatedAt < filter.To))
                .OrderByDescending(order => order.CreatedAt).ThenByDescending(order => order.OrderId, StringComparer.Ordinal)
                .Select(order => order.OrderId);
            Assert.That(await PagesAsync(filter with { SellerId = seller, Limit = 3 }), Is.EqualTo(expected), filter.ToString());
        }
    }

    [Test]
    public async Task An_order_that_was_resolved_leaves_the_list_of_stuck_ones()
    {
        var member = NewMember();
        var stuck = Snapshots.Of(Orders.NewId(), member).WithAttention();
        await Store<IOrderStore>().WriteAsync(Orders.Record(stuck, 1), default);
        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: true)), Is.EqualTo(new[] { stuck.OrderId }));
        await Store<IOrderStore>().WriteAsync(Orders.Record(stuck.WithAttentionsResolved(), 2), default);
        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: true)), Is.Empty, "its process has yet to act, but it waits for nobody");
        await Store<IOrderStore>().WriteAsync(Orders.Record(stuck.WithAttentionsClosed(), 3), default);
        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: true)), Is.Empty);
    }

    [Test]
    public async Task An_order_of_which_one_of_two_steps_still_waits_stays_in_the_list_of_stuck_ones()
    {
        var member = NewMember();
        var stuck = Snapshots.Of(Orders.NewId(), member, OrderStatus.Delivered).WithAttention();
        var stuckTwice = stuck.WithAttentionsResolved().WithAttention(ProcessNames.Return, "refund");
        await Store<IOrderStore>().WriteAsync(Orders.Record(stuckTwice, 1), default);

        Assert.That(await IdsAsync(new OrderFilter(member, NeedsAttention: true)), Is.EqualTo(new[] { stuck.OrderId }));
    }

    [Test]
    public async Task A_guests_order_is_listed_as_a_members_once_it_was_claimed()
    {
        var member = NewMember();
        var order = Snapshots.Of(Orders.NewId(), memberId: null, OrderStatus.Completed, Day);
        await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        await Store<IOrderStore>().WriteAsync(
            Orders.Record(order.Apply(new OrderClaimed(Day.AddDays(1), new ClaimCommand(member, "BASIC", null))), 2), default);

        Assert.That(await IdsAsync(new OrderFilter(member, From: Day, To: Day.AddHours(1))), Is.EqualTo(new[] { order.OrderId }), "created when it was");
        Assert.That(await Reader.LatestOrderOfMemberAsync(member, default), Is.EqualTo(order.OrderId));
    }

    [Test]
    public async Task Every_status_is_a_filter_of_its_own([Values] OrderStatus status)
    {
        var member = NewMember();
        var orders = Enum.GetValues<OrderStatus>().ToDictionary(each => each, each => Snapshots.Of(Orders.NewId(), member, each));
        foreach (var order in orders.Values)
        {
            await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        }

        var page = await Reader.ListAsync(new OrderFilter(member, status), default);
        Assert.That(page.Items.Select(order => (order.OrderId, order.Status)), Is.EqualTo(new[] { (orders[status].OrderId, status) }));
    }

    [TestCase("")]
    [TestCase("%%%")]
    [TestCase("bm90IGEgY3Vyc29y")]
    public void A_cursor_that_no_list_answered_is_refused(string cursor) =>
        Assert.That(async () => await Reader.ListAsync(new OrderFilter(Cursor: cursor), default), Throws.InstanceOf<FormatException>());

    [Test]
    public async Task Unpaid_orders_are_found_by_product_hotspot_8()
    {
        var product = "p-" + Guid.NewGuid().ToString("N");
        var orders = Enum.GetValues<OrderStatus>()
            .Select((status, i) => Snapshots.Of(Orders.NewId(), null, status, Day.AddMinutes(i), [new OrderedLine(), new OrderedLine(product)]))
            .ToList();
        foreach (var order in orders)
        {
            await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        }

        var unpaid = orders.Where(order => order.Status is OrderStatus.Placed or OrderStatus.StockReserved or OrderStatus.AwaitingPayment);
        Assert.That(await Reader.UnpaidOrdersWithProductAsync(product, "", 100, default), Is.EqualTo(unpaid.Select(order => order.OrderId).Order(StringComparer.Ordinal)));
        Assert.That(await Reader.UnpaidOrdersWithProductAsync("p-unknown", "", 100, default), Is.Empty);
    }

    [Test]
    public async Task A_members_latest_order_is_the_newest()
    {
        var member = NewMember();
        var orders = await WriteAsync(member, 3);

        Assert.That(await Reader.LatestOrderOfMemberAsync(member, default), Is.EqualTo(orders[^1]));
        Assert.That(await Reader.LatestOrderOfMemberAsync("nobody", default), Is.Null);
    }

    private static string NewMember() => "m-" + Guid.NewGuid().ToString("N");

    private async Task<IEnumerable<string>> IdsAsync(OrderFilter filter) =>
        (await Reader.ListAsync(filter, default)).Items.Select(order => order.OrderId);

    private async Task<IReadOnlyList<string>> PagesAsync(OrderFilter filter)
    {
        var (met, cursor) = (new List<string>(), filter.Cursor);
        do
        {
            var page = await Reader.ListAsync(filter with { Cursor = cursor }, default);
            met.AddRange(page.Items.Select(order => order.OrderId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return met;
    }

    private async Task<List<string>> WriteAsync(string member, int count)
    {
        var orders = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var order = Snapshots.Of(Orders.NewId(), member, createdAt: Day.AddMinutes(i));
            orders.Add(order.OrderId);
            await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        }

        return orders;
    }
}
