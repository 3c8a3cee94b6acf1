namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>
/// Tokens that give guests access to their order. Only a hash is stored, so tokens cannot be read from the database. A token becomes invalid when a
/// member claims the order, and when the order's personal data is erased.
/// </summary>
public interface IGuestTokens
{
    /// <summary>Creates a new token for an order; it is returned once and not stored.</summary>
    Task<string> IssueAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order that a token gives access to; <c>null</c> if the token is unknown, or the order was claimed by a member.</summary>
    Task<string?> OrderOfAsync(string token, CancellationToken cancellationToken);

    /// <summary>Revokes every token of an order, when the order's personal data is erased.</summary>
    Task RevokeAsync(string orderId, CancellationToken cancellationToken);
}
