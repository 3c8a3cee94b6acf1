using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Recording;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class ListingRefundsTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private IRefundQueries Reader => Store<IRefundQueries>();

    [Test]
    public async Task A_refund_is_found_by_its_id_as_the_newest_snapshot_shows_it()
    {
        var (order, refundId) = NewOrder();
        var asked = order.WithRefund(refundId, RefundStatus.AwaitingApproval, Start);
        await WriteAsync(asked, 1);
        await WriteAsync(asked with { UpdatedAt = Start.AddHours(1) }, 2);
        await WriteAsync(asked.WithRefundMoved(refundId, RefundStatus.Processing, Start.AddHours(2)), 3);
        await WriteAsync(asked.WithRefundMoved(refundId, RefundStatus.Rejected, Start.AddMinutes(30)), 1);

        var found = await Reader.FindAsync(refundId, default);
        Assert.That(found, Is.Not.Null);
        Assert.That(found!.Lines, Is.EqualTo(new LineQuantity[] { new("p-100", 1) }));
        Assert.That(found, Is.EqualTo(new RefundEntry(
            refundId, order.OrderId, RefundStatus.Processing, new Won(9_000), new Won(1_000), "defective", found.Lines, Start, Start.AddHours(2),
            BusinessDay.EndOfBusinessDay(Start.AddHours(2), 3, []))));
        Assert.That(await Reader.FindAsync("r-unknown", default), Is.Null);
    }

    [Test]
    public async Task Every_status_is_a_filter_of_its_own([Values] RefundStatus status)
    {
        var refunds = new Dictionary<RefundStatus, string>();
        foreach (var each in Enum.GetValues<RefundStatus>())
        {
            var (order, refundId) = NewOrder();
            refunds.Add(each, refundId);
            await WriteAsync(order.WithRefund(refundId, each, Start), 1);
        }

        var listed = await ListedAsync(new RefundFilter(status));
        Assert.That(listed.Where(refund => refunds.ContainsValue(refund.RefundId)).Select(refund => refund.RefundId), Is.EqualTo(new[] { refunds[status] }));
        Assert.That(listed.Select(refund => refund.Status), Has.All.EqualTo(status));
    }

    [Test]
    public async Task A_status_that_stays_keeps_the_time_it_came_about()
    {
        var (order, refundId) = NewOrder();
        var asked = order.WithRefund(refundId, RefundStatus.AwaitingApproval, Start);
        await WriteAsync(asked, 1);
        await WriteAsync(asked with { UpdatedAt = Start.AddHours(1) }, 2);

        Assert.That((await Reader.FindAsync(refundId, default))!.UpdatedAt, Is.EqualTo(Start));
    }

    [Test]
    public async Task Pages_of_a_status_are_followed_by_their_cursor_oldest_first()
    {
        var refunds = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var (order, refundId) = NewOrder();
            refunds.Add(refundId);
            await WriteAsync(order.WithRefund(refundId, i == 2 ? RefundStatus.Rejected : RefundStatus.Processing, Start.AddMinutes(10 - i)), 1);
        }

        var met = (await ListedAsync(new RefundFilter(RefundStatus.Processing, Limit: 2))).Select(refund => refund.RefundId).Where(refunds.Contains);
        Assert.That(met, Is.EqualTo(new[] { 4, 3, 1, 0 }.Select(i => refunds[i])));
    }

    [Test]
    public async Task A_refund_has_a_day_on_which_it_is_due_from_the_moment_its_goods_are_back()
    {
        var (order, refundId) = NewOrder();
        var waiting = order.WithRefund(refundId, RefundStatus.AwaitingPickup, Start);
        await WriteAsync(waiting, 1);
        Assert.That((await Reader.FindAsync(refundId, default))!.DueAt, Is.Null);
        var back = waiting.WithRefundMoved(refundId, RefundStatus.Processing, Start.AddDays(3));
        await WriteAsync(back, 2);
        Assert.That((await Reader.FindAsync(refundId, default))!.DueAt, Is.EqualTo(back.FindRefund(refundId)!.DueAt).And.Not.Null);
        await WriteAsync(back.WithRefundMoved(refundId, RefundStatus.Rejected, Start.AddDays(4)), 3);

        Assert.That((await Reader.FindAsync(refundId, default))!.DueAt, Is.Null, "no money goes back any more");
    }

    [Test]
    public async Task Overdue_refunds_are_those_whose_day_passed_and_whose_money_is_not_back()
    {
        var (inTime, inTimeId) = NewOrder();
        await WriteAsync(inTime.WithRefund(inTimeId, RefundStatus.Processing, Start), 1);
        var late = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (order, refundId) = NewOrder();
            late.Add(refundId);
            await WriteAsync(Overdue(order, refundId, Start.AddMinutes(-i)), 1);
        }

        var listed = (await ListedAsync(new RefundFilter(Limit: 1, Overdue: true))).Where(refund => late.Append(inTimeId).Contains(refund.RefundId)).ToList();
        Assert.That(listed.Select(refund => refund.RefundId), Is.EqualTo(Enumerable.Reverse(late)), "oldest first, page by page");
        Assert.That(listed.Select(refund => refund.Overdue), Has.All.True);
        Assert.That((await Reader.FindAsync(inTimeId, default))!.Overdue, Is.False);
        Assert.That(
            (await ListedAsync(new RefundFilter(RefundStatus.AwaitingApproval, Overdue: true))).Where(refund => late.Contains(refund.RefundId)),
            Is.Empty,
            "both filters hold");
    }

    [TestCase(RefundStatus.Completed)]
    [TestCase(RefundStatus.Rejected)]
    public async Task An_overdue_refund_that_ends_is_no_longer_overdue(RefundStatus end)
    {
        var (order, refundId) = NewOrder();
        var late = Overdue(order, refundId, Start);
        await WriteAsync(late, 1);
        await WriteAsync(late.WithRefundMoved(refundId, end, Start.AddDays(9)), 2);

        Assert.That((await ListedAsync(new RefundFilter(Overdue: true))).Select(refund => refund.RefundId), Does.Not.Contain(refundId));
        var found = await Reader.FindAsync(refundId, default);
        Assert.That((found!.Status, found.Overdue), Is.EqualTo((end, false)));
    }

    [Test]
    public async Task Money_of_a_closed_attempt_that_goes_back_is_no_refund_of_the_order()
    {
        var order = Snapshots.Of(Orders.NewId(), status: OrderStatus.AwaitingPayment)
            .Apply(new PaymentEnded(Start, 1, PaymentStatus.TimedOut, null, null))
            .Apply(new LatePaymentReceived(Start, 1, "payment-1", new Won(23_000), "late-approval", null));
        await WriteAsync(order, 1);

        Assert.That(order.Refunds, Has.Count.EqualTo(1));
        Assert.That(await Reader.FindAsync(order.Refunds[0].RefundId, default), Is.Null);
    }

    [Test]
    public async Task A_partial_cancellation_that_logistics_refused_is_no_refund_any_more()
    {
        var order = Snapshots.Of(Orders.NewId(), status: OrderStatus.Preparing);
        var refund = new Refund("c-" + order.OrderId, RefundKind.PartialCancellation, "partial-cancellation", [new LineQuantity("p-100", 1)], Start)
        {
            Status = RefundStatus.Processing,
            AwaitingStop = true,
        };
        var asked = order.Apply(new RefundRequested(Start, refund));
        await WriteAsync(asked, 1);
        Assert.That((await Reader.FindAsync(refund.RefundId, default))!.Status, Is.EqualTo(RefundStatus.Processing));
        await WriteAsync(asked.Apply(new PartialCancellationRejected(Start, refund.RefundId, [order.Shipments[0].ShipmentId])), 2);

        Assert.That(await Reader.FindAsync(refund.RefundId, default), Is.Null);
        Assert.That((await ListedAsync(new RefundFilter())).Select(listed => listed.RefundId), Does.Not.Contain(refund.RefundId));
    }

    [Test]
    public async Task Refunds_of_two_orders_are_two_even_if_their_callers_gave_them_the_same_id()
    {
        var ((first, refundId), (second, _)) = (NewOrder(), NewOrder());
        await WriteAsync(first.WithRefund(refundId, RefundStatus.AwaitingApproval, Start), 1);
        await WriteAsync(second.WithRefund(refundId, RefundStatus.Rejected, Start.AddHours(1)), 1);

        var listed = (await ListedAsync(new RefundFilter())).Where(refund => refund.RefundId == refundId);
        Assert.That(
            listed.Select(refund => (refund.OrderId, refund.Status)),
            Is.EqualTo(new[] { (first.OrderId, RefundStatus.AwaitingApproval), (second.OrderId, RefundStatus.Rejected) }));
    }

    private static (Order Order, string RefundId) NewOrder()
    {
        var orderId = Orders.NewId();
        return (Snapshots.Of(orderId, status: OrderStatus.Delivered, points: 2_300), "r-" + orderId);
    }

    private static Order Overdue(Order order, string refundId, DateTimeOffset at) =>
        order.WithRefund(refundId, RefundStatus.Processing, at).Apply(new RefundOverdue(at.AddDays(7), refundId));

    private Task<RecordOutcome> WriteAsync(Order order, long version) => Store<IOrderStore>().WriteAsync(Orders.Record(order, version), default);

    /// <summary>All pages of a list.</summary>
    private async Task<List<RefundEntry>> ListedAsync(RefundFilter filter)
    {
        var listed = new List<RefundEntry>();
        do
        {
            var page = await Reader.ListAsync(filter, default);
            listed.AddRange(page.Items);
            filter = filter with { Cursor = page.NextCursor };
        }
        while (filter.Cursor is not null);

        return listed;
    }
}
