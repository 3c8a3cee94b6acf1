using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Recording;

/// <summary>The orders that a restoration reads.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class OpenOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IOrderStore Writer => Store<IOrderStore>();

    [TestCase(OrderStatus.Completed)]
    [TestCase(OrderStatus.Cancelled)]
    [TestCase(OrderStatus.Refunded)]
    public async Task An_order_at_rest_is_not_open(OrderStatus status)
    {
        var order = await WriteAsync(Snapshots.Of(Orders.NewId(), status: status), 1);

        Assert.That(await OpenAsync(), Does.Not.Contain(order.OrderId));
    }

    [TestCase(OrderStatus.Placed)]
    [TestCase(OrderStatus.StockReserved)]
    [TestCase(OrderStatus.AwaitingPayment)]
    [TestCase(OrderStatus.Paid)]
    [TestCase(OrderStatus.Confirmed)]
    [TestCase(OrderStatus.Preparing)]
    [TestCase(OrderStatus.Dispatching)]
    [TestCase(OrderStatus.Shipping)]
    [TestCase(OrderStatus.Delivered)]
    [TestCase(OrderStatus.PartiallyRefunded)]
    public async Task An_order_of_which_anything_is_awaited_is_open(OrderStatus status)
    {
        var order = await WriteAsync(Snapshots.Of(Orders.NewId(), status: status), 1);

        Assert.That(await OpenAsync(), Does.Contain(order.OrderId));
    }

    [Test]
    public async Task An_order_that_was_made_known_and_not_recorded_is_open()
    {
        var order = Snapshots.New(Orders.NewId());
        await Writer.AddAsync(order, default);

        Assert.That(await OpenAsync(), Does.Contain(order.OrderId));
    }

    [Test]
    public async Task A_completed_order_is_open_while_a_step_of_it_waits_for_an_operator()
    {
        var stuck = await WriteAsync(Snapshots.Of(Orders.NewId(), status: OrderStatus.Completed).WithAttention(ProcessNames.Rewarding), 1);
        Assert.That(await OpenAsync(), Does.Contain(stuck.OrderId));
        await WriteAsync(stuck.WithAttentionsResolved(), 2);
        Assert.That(await OpenAsync(), Does.Contain(stuck.OrderId), "its process has yet to act on what the operator chose");
        await WriteAsync(stuck.WithAttentionsClosed(), 3);

        Assert.That(await OpenAsync(), Does.Not.Contain(stuck.OrderId));
    }

    [Test]
    public async Task A_completed_order_is_open_again_while_goods_of_it_go_back()
    {
        var order = await WriteAsync(Snapshots.Of(Orders.NewId(), status: OrderStatus.Completed), 1);
        var returned = await WriteAsync(order.WithRefund("r-" + order.OrderId, RefundStatus.AwaitingPickup, order.UpdatedAt), 2);
        Assert.That(await OpenAsync(), Does.Contain(order.OrderId));
        await WriteAsync(returned.WithRefundMoved("r-" + order.OrderId, RefundStatus.Completed, order.UpdatedAt), 3);

        Assert.That(await OpenAsync(), Does.Not.Contain(order.OrderId));
    }

    [Test]
    public async Task A_guests_completed_order_is_open_again_when_its_claim_brings_points_that_are_due()
    {
        var order = await WriteAsync(Snapshots.Of(Orders.NewId(), memberId: null, OrderStatus.Completed), 1);
        Assert.That(await OpenAsync(), Does.Not.Contain(order.OrderId));
        await WriteAsync(order.Apply(new OrderClaimed(order.UpdatedAt, new ClaimCommand("m-1", "BASIC", null))), 2);

        Assert.That(await OpenAsync(), Does.Contain(order.OrderId));
    }

    [Test]
    public async Task A_cancelled_order_is_open_until_everything_that_was_held_for_it_is_given_back()
    {
        var reserved = Snapshots.Of(Orders.NewId(), status: OrderStatus.StockReserved);
        var cancelled = await WriteAsync(
            reserved.Apply(new OrderCancelled(reserved.UpdatedAt, CancelReason.CustomerRequest, "customer", "change of mind")), 1);
        Assert.That(await OpenAsync(), Does.Contain(cancelled.OrderId));
        await WriteAsync(cancelled.Apply(new StockGivenBack(cancelled.UpdatedAt, LedgerKind.Released, cancelled.Request.Lines)), 2);

        Assert.That(await OpenAsync(), Does.Not.Contain(cancelled.OrderId));
    }

    [Test]
    public async Task Pages_meet_every_open_order_once_in_the_order_of_ids_while_orders_come_to_rest()
    {
        var orders = new List<Order>();
        for (var i = 0; i < 12; i++)
        {
            orders.Add(await WriteAsync(Snapshots.Of(Orders.NewId(), status: i % 4 == 3 ? OrderStatus.Cancelled : OrderStatus.Paid), 1));
        }

        var open = orders.Where(order => order.Status == OrderStatus.Paid).Select(order => order.OrderId).Order(StringComparer.Ordinal).ToList();
        var met = new List<string>();
        IReadOnlyList<string> page;
        while ((page = await Writer.OpenOrdersAsync(met.Count == 0 ? null : met[^1], 2, default)).Count > 0)
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(2));
            met.AddRange(page);
            foreach (var order in orders.Where(order => page.Contains(order.OrderId)))
            {
                await WriteAsync(Snapshots.Of(order.OrderId, status: OrderStatus.Completed), 2);
            }
        }

        Assert.That(met.Where(open.Contains), Is.EqualTo(open));
        Assert.That(met, Is.Ordered.Using((System.Collections.IComparer)StringComparer.Ordinal));
    }

    private async Task<Order> WriteAsync(Order order, long version)
    {
        await Writer.WriteAsync(Orders.Record(order, version), default);
        return order;
    }

    private Task<IReadOnlyList<string>> OpenAsync() => Writer.OpenOrdersAsync(null, 10_000, default);
}
