using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Returning;

/// <summary>Activities of a return at the logistics team (seed §5.5).</summary>
public interface IReturningActivities
{
    /// <summary>반품 수거 요청: requests the pickup of goods from the customer.</summary>
    [Activity]
    Task RequestPickupAsync(RequestPickup request);
}

/// <summary>Request to collect goods.</summary>
public sealed record RequestPickup(
    OrderRecord? Record, string OrderId, string PickupId, IReadOnlyList<LineQuantity> Lines, ShippingAddress From, string Key);
