using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Writes to and reads from the order store.</summary>
public sealed class RecordingActivities(IOrderStore store, OrderRecords records) : IRecordingActivities
{
    [Activity]
    public Task RecordOrderAsync(OrderRecord record) => records.WriteAsync(record);

    [Activity]
    public async Task RecordRefusalAsync(OrderRecord record)
    {
        if (await store.FindSnapshotAsync(record.Snapshot.Request.OrderId, ActivityExecutionContext.Current.CancellationToken) is not null)
        {
            await records.WriteAsync(record);
        }
    }

    [Activity]
    public async Task<Order> ReadSnapshotAsync(string orderId)
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        var snapshot = await store.FindSnapshotAsync(orderId, cancellation)
            ?? throw new InvalidOperationException($"Order {orderId} is not in the store.");

        // Otherwise the run that continues from it would be superseded again at once, in an endless loop.
        return await store.FindStateAsync(orderId, cancellation) is { } stored && stored.Version > snapshot.Version
            ? throw new InvalidOperationException($"The row of order {orderId} is at version {stored.Version}, and its snapshot at {snapshot.Version}.")
            : snapshot;
    }
}
