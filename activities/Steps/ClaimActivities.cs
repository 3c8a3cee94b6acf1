using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Reads what a claim on a closed order needs to know.</summary>
public sealed class ClaimActivities(IStoredOrders orders) : IClaimSteps
{
    [Activity]
    public async Task<StoredOrder> ReadOrderAsync(string orderId) =>
        await orders.FindStoredAsync(orderId, ActivityExecutionContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"Order {orderId} is not in the store.");
}
