using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Events of products on their way to the unpaid orders that hold them (policy of hotspot 8): who sends one does not wait for a thousand orders. A claim is
/// a lease, as with notifications; what a claim that ended had done is done again, which orders recognise.
/// </summary>
public interface IProductEventQueue
{
    /// <summary>The oldest event that no process delivers; <c>null</c> where there is none.</summary>
    Task<PendingProductEvent?> ClaimAsync(string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>It was delivered to these orders; the lease begins anew. <c>null</c>: it passed to another.</summary>
    Task<PendingProductEvent?> AdvanceAsync(PendingProductEvent productEvent, string lastOrderId, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>It was delivered to every order.</summary>
    Task DoneAsync(PendingProductEvent productEvent, CancellationToken cancellationToken);

    /// <summary>Gives it back: it is delivered from where it stands after <paramref name="delay"/>.</summary>
    Task PostponeAsync(PendingProductEvent productEvent, TimeSpan delay, CancellationToken cancellationToken);
}

/// <summary>A claimed event, delivered to the orders up to <paramref name="After"/> by id.</summary>
public sealed record PendingProductEvent(long Sequence, PartnerEvent Event, string After, string Owner);
