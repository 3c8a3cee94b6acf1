namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>
/// Counts the open orders of a member or a guest that are not paid (policy MaxUnpaidOrders), including those that are being placed at this moment, so
/// that two concurrent requests both count. A claim that is not released counts until its order is in the store, and no longer than a request may take
/// to place it.
/// </summary>
public interface IUnpaidOrders
{
    /// <summary>Claims a place for an order of a member, if one is free.</summary>
    /// <returns>How many others there are; <paramref name="maximum"/> or more: nothing was claimed.</returns>
    Task<int> ClaimOfMemberAsync(string orderId, string memberId, int maximum, CancellationToken cancellationToken);

    /// <summary>The same for an order of a guest, who is identified by the phone.</summary>
    Task<int> ClaimOfGuestAsync(string orderId, string phone, int maximum, CancellationToken cancellationToken);

    /// <summary>Releases the claim of an order that was not created.</summary>
    Task ReleaseAsync(string orderId, CancellationToken cancellationToken);
}
