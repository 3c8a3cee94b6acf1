namespace OrderOrchestration.Activities.Store;

/// <summary>Events that subscribers did not take, for operators. A dead letter holds the later events of its order back, so that none overtakes it.</summary>
public interface IDeadLetters
{
    /// <summary>What each subscriber is owed, by name.</summary>
    Task<IReadOnlyList<SubscriberState>> SubscribersAsync(CancellationToken cancellationToken);

    /// <summary>One page of dead letters, oldest first.</summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<DeadLetterPage> ListAsync(string? subscriber, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Delivers a dead letter again, and what it held back after it; answers whether there was one.</summary>
    Task<bool> RedeliverAsync(string subscriber, string orderId, CancellationToken cancellationToken);

    /// <summary>Delivers all dead letters of a subscriber again; answers how many.</summary>
    Task<int> RedeliverAllAsync(string subscriber, CancellationToken cancellationToken);

    /// <summary>Gives one event up for good: what it held back goes on without it. Answers whether there was one.</summary>
    Task<bool> DiscardAsync(string subscriber, string orderId, CancellationToken cancellationToken);
}

/// <summary>How many orders have events on their way to a subscriber: those that wait their turn, those that failed and are tried again, those held by a dead letter.</summary>
public sealed record SubscriberState(string Name, long Waiting, long Failing, long Dead);

/// <summary>A page of dead letters; <paramref name="NextCursor"/> is absent on the last.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, string? NextCursor);

/// <summary>An event that was given up, with what its subscriber said last.</summary>
public sealed record DeadLetter(
    string Subscriber, string OrderId, string EventId, string EventType, long Attempts, DateTimeOffset FailingSince, DateTimeOffset DeadSince, string Error);
