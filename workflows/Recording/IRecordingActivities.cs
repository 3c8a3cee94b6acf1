using OrderOrchestration.Workflows.Orders;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>Activities of an order at its own store.</summary>
public interface IRecordingActivities
{
    /// <summary>Writes a record that no step carries. Idempotent.</summary>
    [Activity]
    Task RecordOrderAsync(OrderRecord record);

    /// <summary>Writes the refusal of an order that was stored before; an order that no caller has seen is not stored.</summary>
    [Activity]
    Task RecordRefusalAsync(OrderRecord record);

    /// <summary>The stored snapshot of an order.</summary>
    [Activity]
    Task<Order> ReadSnapshotAsync(string orderId);
}
