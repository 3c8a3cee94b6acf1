namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Tokens by which guests reach their order. Only a hash is kept: who reads the database cannot use it. A token ends when a member claims the order, and when
/// the order's personal data goes.
/// </summary>
public interface IGuestTokens
{
    /// <summary>Makes a new token for an order; it is answered once and not kept.</summary>
    Task<string> IssueAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order a token opens; <c>null</c> where it opens none, or the order is a member's now.</summary>
    Task<string?> OrderOfAsync(string token, CancellationToken cancellationToken);

    /// <summary>Ends every token of an order: what erases or forgets the order's personal data calls it.</summary>
    Task RevokeAsync(string orderId, CancellationToken cancellationToken);
}
