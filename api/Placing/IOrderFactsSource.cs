using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>Reads the facts that an order is validated and priced by from the other teams.</summary>
public interface IOrderFactsSource
{
    /// <summary>The facts; <c>null</c> where a team does not answer within the API's timeout. The order's workflow then reads them.</summary>
    Task<OrderFacts?> ReadAsync(OrderRequest request, CancellationToken cancellationToken);

    /// <summary>Whether logistics delivers to a postal code; <c>null</c> where it does not answer.</summary>
    Task<ServiceabilityFact?> ServiceabilityAsync(string postalCode, CancellationToken cancellationToken);

    /// <summary>An identity verification; <c>null</c> where the payment team does not answer.</summary>
    Task<IdentityVerificationFact?> VerificationAsync(string id, CancellationToken cancellationToken);
}
