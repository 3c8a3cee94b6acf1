using OrderOrchestration.Workflows.Orders;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>What an order does in its own store.</summary>
public interface IRecordingActivities
{
    /// <summary>Writes a record that no step carries. Writing it again changes nothing.</summary>
    [Activity]
    Task RecordOrderAsync(OrderRecord record);

    /// <summary>Writes how an order was refused, where its customer was shown it; one that nobody has seen leaves nothing.</summary>
    [Activity]
    Task RecordRefusalAsync(OrderRecord record);

    /// <summary>The snapshot that the store has of an order.</summary>
    [Activity]
    Task<Order> ReadSnapshotAsync(string orderId);
}
