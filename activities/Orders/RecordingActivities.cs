using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>The order's own store.</summary>
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
    public async Task<Order> ReadSnapshotAsync(string orderId) =>
        await store.FindSnapshotAsync(orderId, ActivityExecutionContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"Order {orderId} is not in the store.");
}
