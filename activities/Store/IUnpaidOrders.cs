namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Counts the open orders of a member or a guest that are not paid (policy MaxUnpaidOrders), those that are being placed at this moment with them: of two
/// at once, both count. A claim that nobody releases counts until its order is in the store, and no longer than a request can still be placing it.
/// </summary>
public interface IUnpaidOrders
{
    /// <summary>Claims a place for an order of a member where there is one.</summary>
    /// <returns>How many others there are; <paramref name="maximum"/> or more: nothing was claimed.</returns>
    Task<int> ClaimOfMemberAsync(string orderId, string memberId, int maximum, CancellationToken cancellationToken);

    /// <summary>Claims a place for an order of a guest, who is identified by the phone, likewise.</summary>
    Task<int> ClaimOfGuestAsync(string orderId, string phone, int maximum, CancellationToken cancellationToken);

    /// <summary>The order came to nothing.</summary>
    Task ReleaseAsync(string orderId, CancellationToken cancellationToken);
}
