using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>Asks the teams what an order is judged and priced by.</summary>
public interface IOrderFactsSource
{
    /// <summary>The facts; <c>null</c> where a team does not answer within the API's patience: the order's workflow then asks itself.</summary>
    Task<OrderFacts?> ReadAsync(OrderRequest request, CancellationToken cancellationToken);
}
