using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>
/// Product events to deliver to the unpaid orders that contain the product (policy of hotspot 8), so that the sender does not wait for a thousand
/// orders. A claim is a lease, as with notifications; deliveries of an expired claim are repeated, and orders detect the duplicates.
/// </summary>
public interface IProductEventQueue
{
    /// <summary>Claims the oldest event that no process delivers; <c>null</c> if there is none.</summary>
    Task<PendingProductEvent?> ClaimAsync(string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Records the delivery to the orders so far and renews the lease. <c>null</c>: the lease passed to another.</summary>
    Task<PendingProductEvent?> AdvanceAsync(PendingProductEvent productEvent, string lastOrderId, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The event was delivered to every order.</summary>
    Task DoneAsync(PendingProductEvent productEvent, CancellationToken cancellationToken);

    /// <summary>Releases the claim: delivery continues from the recorded position after <paramref name="delay"/>.</summary>
    Task PostponeAsync(PendingProductEvent productEvent, TimeSpan delay, CancellationToken cancellationToken);
}

/// <summary>A claimed event, delivered to the orders up to <paramref name="After"/> by id.</summary>
public sealed record PendingProductEvent(long Sequence, PartnerEvent Event, string After, string Owner);
