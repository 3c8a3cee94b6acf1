using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// The other teams' events that were delivered, kept for 15 days. An event is marked after its signal was accepted, never before: a crash between makes the
/// sender repeat it, and the repetition is recognised by Temporal (request id) and by the order (source and id).
/// </summary>
public interface IReceivedEvents
{
    /// <summary>Which of these events of one source were received before.</summary>
    Task<IReadOnlySet<string>> KnownAsync(string source, IReadOnlyList<string> eventIds, CancellationToken cancellationToken);

    /// <summary>
    /// Marks events of one source as received, each together with what it leaves in the store. A large number is several transactions; what is received
    /// again changes nothing.
    /// </summary>
    Task ReceiveAsync(string source, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// What was handed on to an order and does not stand on its timeline, oldest first: a run that was terminated, or lost with its cluster, may not have
    /// applied it. An event that changed nothing to be told of may be among it; the order recognises it.
    /// </summary>
    Task<IReadOnlyList<PartnerEvent>> UnappliedAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>An event that was delivered, with what it leaves in the store by itself.</summary>
/// <param name="Shown">What the timelines of orders show of it.</param>
/// <param name="ProductEvent">It is about a product, and is delivered to its orders later (<see cref="IProductEventQueue"/>).</param>
/// <param name="Handed">The event, where the workflow of the order that is its subject has accepted it.</param>
public sealed record ReceivedEvent(string Id, IReadOnlyList<TimelineEntry> Shown, PartnerEvent? ProductEvent = null, PartnerEvent? Handed = null);

/// <summary>An entry of a timeline.</summary>
/// <param name="ShipmentId">It is a courier's report of this parcel, and stands in its tracking too.</param>
/// <param name="Report">The report.</param>
public sealed record TimelineEntry(OrderEvent Event, string? ShipmentId = null, PartnerEvent? Report = null);
