using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>
/// The other teams' events that were delivered, retained for 15 days. An event is marked only after its signal was accepted: after a crash in between
/// the sender repeats it, and the duplicate is detected by Temporal (request id) and by the order (source and id).
/// </summary>
public interface IReceivedEvents
{
    /// <summary>Which of these events of one source were received before.</summary>
    Task<IReadOnlySet<string>> KnownAsync(string source, IReadOnlyList<string> eventIds, CancellationToken cancellationToken);

    /// <summary>
    /// Marks events of one source as received, each together with its rows in the store. A large number is split into several transactions; a repeat
    /// changes nothing.
    /// </summary>
    Task ReceiveAsync(string source, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Events that were signalled to an order and are not on its timeline, oldest first: a run that was terminated, or lost with its cluster, may not
    /// have applied them. Events that were applied without a timeline entry may be among them; the order detects these.
    /// </summary>
    Task<IReadOnlyList<PartnerEvent>> UnappliedAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>A delivered event, with its own rows in the store.</summary>
/// <param name="Shown">Its entries on the timelines of orders.</param>
/// <param name="ProductEvent">It is about a product, and is delivered to its orders later (<see cref="IProductEventQueue"/>).</param>
/// <param name="Handed">The event, if the workflow of the order that is its subject has accepted it.</param>
public sealed record ReceivedEvent(string Id, IReadOnlyList<TimelineEntry> Shown, PartnerEvent? ProductEvent = null, PartnerEvent? Handed = null);

/// <summary>An entry of a timeline.</summary>
/// <param name="ShipmentId">Set if it is a courier's report of this parcel, which is added to the tracking too.</param>
/// <param name="Report">The report.</param>
public sealed record TimelineEntry(OrderEvent Event, string? ShipmentId = null, PartnerEvent? Report = null);
