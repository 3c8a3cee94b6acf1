using System.Text.Json;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Notifications that wait for delivery. A claim is a lease: nobody else gets the row until it ends, and a worker that dies loses it.
/// What a worker reports after its lease passed to another is ignored.
/// </summary>
public interface INotificationOutbox
{
    /// <summary>Due notifications, oldest first, each claimed for <paramref name="lease"/> by <paramref name="owner"/>.</summary>
    Task<IReadOnlyList<PendingNotification>> ClaimAsync(string owner, int limit, TimeSpan lease, CancellationToken cancellationToken);

    Task DeliveredAsync(string key, string owner, CancellationToken cancellationToken);

    /// <summary>Delivery failed in a way that may pass: try again after <paramref name="delay"/>.</summary>
    Task PostponeAsync(string key, string owner, TimeSpan delay, string error, CancellationToken cancellationToken);

    /// <summary>Delivery is given up, with why; the row stays for an operator.</summary>
    Task BuryAsync(string key, string owner, string reason, CancellationToken cancellationToken);

    /// <summary>Gives back at once whatever <paramref name="owner"/> still has: it stops. What it was sending may go out again, under its key.</summary>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Puts a dead notification back into line (operator); answers whether there was one.</summary>
    Task<bool> ReviveAsync(string key, CancellationToken cancellationToken);

    /// <summary>Forgets notifications that were delivered before a time; answers how many.</summary>
    Task<int> PurgeAsync(DateTimeOffset deliveredBefore, CancellationToken cancellationToken);

    /// <summary>How many notifications are in each state.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken);
}

/// <summary>A claimed notification; <paramref name="Attempts"/> counts this one too.</summary>
/// <param name="Traceparent">Where in which trace it was written (W3C).</param>
public sealed record PendingNotification(
    string Key, string OrderId, string To, string Template, JsonElement Data, long Attempts, DateTimeOffset CreatedAt, string? Traceparent = null);
