using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>
/// Delivery queues of subscribers, fed by the event feed. Following advances a subscriber's position in the feed and records, per order, up to which
/// event delivery is due; both in one transaction, so that no event is missed or queued twice. The events of an order form a queue: the holder of its
/// lease delivers them one after the other, and what it reports after the lease passed to another is ignored.
/// </summary>
public interface ISubscriberQueues
{
    /// <summary>Registers a subscriber. A new one gets the events from now on, a known one continues at its position.</summary>
    Task RegisterAsync(string subscriber, CancellationToken cancellationToken);

    /// <summary>Follows the feed by at most <paramref name="limit"/> events; returns how many were read. Zero while another worker follows.</summary>
    Task<int> FollowAsync(string subscriber, Func<OrderEvent, bool> wants, int limit, CancellationToken cancellationToken);

    /// <summary>Queues that are due, each claimed for <paramref name="lease"/>.</summary>
    Task<IReadOnlyList<SubscriberQueue>> ClaimAsync(string subscriber, string owner, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The next events of a queue, oldest first; fewer than <paramref name="limit"/>: that is all.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(SubscriberQueue queue, int limit, CancellationToken cancellationToken);

    /// <summary>Records a delivered event and renews the lease. <c>false</c>: the lease passed to another.</summary>
    Task<bool> ArrivedAsync(SubscriberQueue queue, long position, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Releases a queue, delivered up to <paramref name="reached"/>; it is deleted if nothing more is due.</summary>
    Task ReleaseAsync(SubscriberQueue queue, long reached, CancellationToken cancellationToken);

    /// <summary>The queue's next event could not be delivered: the queue is due again after <paramref name="delay"/>.</summary>
    Task PostponeAsync(SubscriberQueue queue, TimeSpan delay, string error, CancellationToken cancellationToken);

    /// <summary>The queue's next event becomes a dead letter, which blocks the order's later events until an operator decides.</summary>
    Task MoveToDeadLettersAsync(SubscriberQueue queue, long position, string error, CancellationToken cancellationToken);
}

/// <summary>A claimed queue: events of an order after position <paramref name="Delivered"/> up to <paramref name="Last"/>.</summary>
/// <param name="Attempts">How often the next event has failed.</param>
public sealed record SubscriberQueue(string Subscriber, string OrderId, string Owner, long Delivered, long Last, long Attempts, DateTimeOffset? FailingSince);
