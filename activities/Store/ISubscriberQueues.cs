using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// What subscribers are owed of the feed. Following moves a subscriber's place in the feed and notes, order by order, up to which event it is owed
/// them; both in one transaction, so that no event is missed and none noted twice. An order's events make a queue: whoever holds its lease delivers
/// them one after the other, and what it says after the lease passed to another is ignored.
/// </summary>
public interface ISubscriberQueues
{
    /// <summary>Makes a subscriber known; one that is new is owed what happens from now on, one that is known goes on where it was.</summary>
    Task EnrolAsync(string subscriber, CancellationToken cancellationToken);

    /// <summary>Follows the feed by at most <paramref name="limit"/> events; answers how many it met. None while another worker does so.</summary>
    Task<int> FollowAsync(string subscriber, Func<OrderEvent, bool> wants, int limit, CancellationToken cancellationToken);

    /// <summary>Queues that are due, each claimed for <paramref name="lease"/>.</summary>
    Task<IReadOnlyList<SubscriberQueue>> ClaimAsync(string subscriber, string owner, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The next events of a queue, oldest first; fewer than <paramref name="limit"/>: that is all.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(SubscriberQueue queue, int limit, CancellationToken cancellationToken);

    /// <summary>An event arrived; the lease begins anew. False: the lease passed to another.</summary>
    Task<bool> ArrivedAsync(SubscriberQueue queue, long position, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives a queue back, delivered up to <paramref name="reached"/>; it ends where nothing more is owed.</summary>
    Task ReleaseAsync(SubscriberQueue queue, long reached, CancellationToken cancellationToken);

    /// <summary>The queue's next event could not be delivered: the queue is due again after <paramref name="delay"/>.</summary>
    Task PostponeAsync(SubscriberQueue queue, TimeSpan delay, string error, CancellationToken cancellationToken);

    /// <summary>The queue's next event is given up: a dead letter, which holds the order's later events back until an operator decides.</summary>
    Task BuryAsync(SubscriberQueue queue, long position, string error, CancellationToken cancellationToken);
}

/// <summary>A claimed queue: events of an order after position <paramref name="Delivered"/> up to <paramref name="Last"/>.</summary>
/// <param name="Attempts">How often the next event has failed.</param>
public sealed record SubscriberQueue(string Subscriber, string OrderId, string Owner, long Delivered, long Last, long Attempts, DateTimeOffset? FailingSince);
