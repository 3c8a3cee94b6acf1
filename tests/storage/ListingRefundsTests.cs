using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Storage;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class ListingRefundsTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_refund_is_found_by_its_id_as_the_newest_view_shows_it()
    {
        var view = Orders.View(Orders.NewId());
        var refundId = "r-" + view.OrderId;
        await WriteAsync(view, 1, Start, Refund(refundId, RefundStatus.AwaitingApproval));
        await WriteAsync(view, 2, Start.AddHours(1), Refund(refundId, RefundStatus.AwaitingApproval));
        await WriteAsync(view, 3, Start.AddHours(2), Refund(refundId, RefundStatus.Completed));
        await WriteAsync(view, 1, Start.AddHours(3), Refund(refundId, RefundStatus.Rejected));

        var found = await Store<IRefundQueries>().FindAsync(refundId, default);
        Assert.That(found, Is.Not.Null);
        Assert.That(found!.Lines, Is.EqualTo(new LineQuantity[] { new("p-100", 1) }));
        Assert.That(
            found,
            Is.EqualTo(new RefundEntry(
                refundId, view.OrderId, RefundStatus.Completed, new Won(9_000), new Won(1_000), "defective", found.Lines, Start, Start.AddHours(2))));
        Assert.That(await Store<IRefundQueries>().FindAsync("r-unknown", default), Is.Null);
    }

    [Test]
    public async Task A_status_that_stays_keeps_the_time_it_came_about()
    {
        var view = Orders.View(Orders.NewId());
        var refundId = "r-" + view.OrderId;
        await WriteAsync(view, 1, Start, Refund(refundId, RefundStatus.AwaitingApproval));
        await WriteAsync(view, 2, Start.AddHours(1), Refund(refundId, RefundStatus.AwaitingApproval));

        Assert.That((await Store<IRefundQueries>().FindAsync(refundId, default))!.UpdatedAt, Is.EqualTo(Start));
    }

    [Test]
    public async Task Pages_of_a_status_are_followed_by_their_cursor_oldest_first()
    {
        var prefix = Guid.NewGuid().ToString("N");
        for (var i = 0; i < 5; i++)
        {
            var status = i == 2 ? RefundStatus.Rejected : RefundStatus.Processing;
            await WriteAsync(Orders.View(Orders.NewId()), 1, Start.AddMinutes(10 - i), Refund($"r-{prefix}-{i}", status));
        }

        var met = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Store<IRefundQueries>().ListAsync(new RefundFilter(RefundStatus.Processing, 2, cursor), default);
            met.AddRange(page.Items.Select(refund => refund.RefundId).Where(id => id.Contains(prefix, StringComparison.Ordinal)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.That(met, Is.EqualTo(new[] { 4, 3, 1, 0 }.Select(i => $"r-{prefix}-{i}")));
    }

    private static RefundView Refund(string refundId, RefundStatus status) =>
        new(refundId, new Won(9_000), new Won(1_000), status, "defective", [new LineQuantity("p-100", 1)], ReturnRequired: true, Start);

    private Task WriteAsync(OrderView view, long version, DateTimeOffset at, RefundView refund) => Store<IOrderStore>().WriteAsync(
        new OrderRecord(view with { Refunds = [refund with { RequestedAt = at }], UpdatedAt = at }, version, [], []), default);
}
