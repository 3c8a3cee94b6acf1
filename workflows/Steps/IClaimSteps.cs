using OrderOrchestration.Workflows.Messages;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What a claim on a closed order asks of the order store.</summary>
public interface IClaimSteps
{
    /// <summary>The order as it was left when its workflow ended.</summary>
    [Activity]
    Task<StoredOrder> ReadOrderAsync(string orderId);
}
