namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>
/// Events that could not be delivered to subscribers, for operators. A dead letter blocks the later events of its order, so that their order is
/// preserved.
/// </summary>
public interface IDeadLetters
{
    /// <summary>The delivery state of each subscriber, by name.</summary>
    Task<IReadOnlyList<SubscriberState>> SubscribersAsync(CancellationToken cancellationToken);

    /// <summary>One page of dead letters, oldest first.</summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<DeadLetterPage> ListAsync(string? subscriber, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Redelivers a dead letter and the events that it blocked; returns whether there was one.</summary>
    Task<bool> RedeliverAsync(string subscriber, string orderId, CancellationToken cancellationToken);

    /// <summary>Redelivers all dead letters of a subscriber; returns how many.</summary>
    Task<int> RedeliverAllAsync(string subscriber, CancellationToken cancellationToken);

    /// <summary>Discards one event permanently: the events that it blocked are delivered without it. Returns whether there was one.</summary>
    Task<bool> DiscardAsync(string subscriber, string orderId, CancellationToken cancellationToken);
}

/// <summary>The number of orders with undelivered events for a subscriber: waiting, failing and retried, and blocked by a dead letter.</summary>
public sealed record SubscriberState(string Name, long Waiting, long Failing, long Dead);

/// <summary>A page of dead letters; <paramref name="NextCursor"/> is absent on the last.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, string? NextCursor);

/// <summary>A dead letter with the last error of its delivery.</summary>
public sealed record DeadLetter(
    string Subscriber, string OrderId, string EventId, string EventType, long Attempts, DateTimeOffset FailingSince, DateTimeOffset DeadSince, string Error);
