using System.Text.Json;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>
/// Notifications that wait for delivery. A claim is a lease: no other worker gets the row until it ends, and the lease of a dead worker expires. What a
/// worker reports after its lease passed to another is ignored.
/// </summary>
public interface INotificationOutbox
{
    /// <summary>Due notifications, oldest first, each claimed for <paramref name="lease"/> by <paramref name="owner"/>.</summary>
    Task<IReadOnlyList<PendingNotification>> ClaimAsync(string owner, int limit, TimeSpan lease, CancellationToken cancellationToken);

    Task DeliveredAsync(string key, string owner, CancellationToken cancellationToken);

    /// <summary>Delivery failed transiently: it is retried after <paramref name="delay"/>.</summary>
    Task PostponeAsync(string key, string owner, TimeSpan delay, string error, CancellationToken cancellationToken);

    /// <summary>Delivery is abandoned, with the reason; the row is retained for an operator.</summary>
    Task MoveToDeadLettersAsync(string key, string owner, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Releases all claims of <paramref name="owner"/> at once, because it stops. A notification that it was sending may be sent again, under its key.
    /// </summary>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Queues a dead notification again (operator); returns whether there was one.</summary>
    Task<bool> RequeueAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deletes notifications that were delivered before a time; returns how many.</summary>
    Task<int> PurgeAsync(DateTimeOffset deliveredBefore, CancellationToken cancellationToken);

    /// <summary>How many notifications are in each state.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken);
}

/// <summary>A claimed notification; <paramref name="Attempts"/> counts this one too.</summary>
/// <param name="Traceparent">The trace context in which it was written (W3C).</param>
public sealed record PendingNotification(
    string Key, string OrderId, string To, string Template, JsonElement Data, long Attempts, DateTimeOffset CreatedAt, string? Traceparent = null);
