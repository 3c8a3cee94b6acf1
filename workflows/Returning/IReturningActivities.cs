using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Returning;

/// <summary>What a return asks of the logistics team (seed §5.5).</summary>
public interface IReturningActivities
{
    /// <summary>반품 수거 요청: has goods collected from the customer.</summary>
    [Activity]
    Task RequestPickupAsync(RequestPickup request);
}

/// <summary>Has goods collected.</summary>
public sealed record RequestPickup(
    OrderRecord? Record, string OrderId, string PickupId, IReadOnlyList<LineQuantity> Lines, ShippingAddress From, string Key);
