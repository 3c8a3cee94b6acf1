using Moq;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>From which snapshot of the store a superseded run goes on.</summary>
internal sealed class RecordingActivitiesTests : ActivityFixture
{
    private RecordingActivities Recording => new(Store.Object, Records);

    [TestCase(3)]
    [TestCase(2)]
    public async Task A_later_snapshot_is_taken_up(long rowsVersion)
    {
        Stores(snapshot: 3, row: rowsVersion);

        Assert.That((await RunAsync(() => Recording.ReadSnapshotAsync(OrderId))).Version, Is.EqualTo(3));
    }

    [Test]
    public void A_row_that_is_ahead_of_its_snapshot_is_tried_again_instead_of_superseding_run_after_run()
    {
        Stores(snapshot: 1, row: 9);

        Assert.That(
            () => RunAsync(() => Recording.ReadSnapshotAsync(OrderId)),
            Throws.InvalidOperationException.With.Message.EqualTo("The row of order o-1 is at version 9, and its snapshot at 1."));
    }

    [Test]
    public void An_order_that_is_not_in_the_store_is_tried_again()
    {
        Store.Setup(store => store.FindSnapshotAsync(OrderId, It.IsAny<CancellationToken>())).ReturnsAsync((Order?)null);

        Assert.That(
            () => RunAsync(() => Recording.ReadSnapshotAsync(OrderId)),
            Throws.InvalidOperationException.With.Message.EqualTo("Order o-1 is not in the store."));
    }

    private void Stores(long snapshot, long row)
    {
        Store.Setup(store => store.FindSnapshotAsync(OrderId, It.IsAny<CancellationToken>())).ReturnsAsync(Snapshots.Of(OrderId, status: OrderStatus.Shipping, version: snapshot));
        Store.Setup(store => store.FindStateAsync(OrderId, It.IsAny<CancellationToken>())).ReturnsAsync(new StoredState(row, DateTimeOffset.UnixEpoch));
    }
}
