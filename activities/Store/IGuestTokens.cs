namespace OrderOrchestration.Activities.Store;

/// <summary>Tokens by which guests reach their order. Only a hash is kept: who reads the database cannot use it.</summary>
public interface IGuestTokens
{
    /// <summary>Makes a new token for an order; it is answered once and not kept.</summary>
    Task<string> IssueAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order a token opens; <c>null</c> where it opens none.</summary>
    Task<string?> OrderOfAsync(string token, CancellationToken cancellationToken);
}
