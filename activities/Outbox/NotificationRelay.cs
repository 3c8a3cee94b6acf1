using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Activities.Telemetry;

namespace OrderOrchestration.Activities.Outbox;

/// <summary>
/// Delivers the notifications of the outbox. Any number of workers may run it: each claims rows under a lease, and by its idempotency key a
/// notification is sent once even if a worker dies between sending and marking it. Undelivered notifications are retained with the reason.
/// </summary>
public sealed class NotificationRelay(
    INotificationOutbox outbox,
    Func<NotificationClient> clients,
    IOptions<NotificationRelayOptions> options,
    TimeProvider time,
    ILogger<NotificationRelay> logger) : BackgroundService
{
    private readonly string owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>Delivers what is due now; returns how many notifications were claimed.</summary>
    public async Task<int> DeliverDueAsync(CancellationToken cancellationToken)
    {
        var due = await outbox.ClaimAsync(owner, options.Value.BatchSize, options.Value.Lease, cancellationToken);
        var client = clients();
        foreach (var notification in due)
        {
            await DeliverAsync(client, notification, cancellationToken);
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (await PollAsync(stoppingToken) < options.Value.BatchSize)
                {
                    await Task.Delay(options.Value.PollInterval, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await ReleaseClaimsAsync();
        }
    }

    // The worker stops and releases its claims, so that other workers do not wait for the lease to end.
    private async Task ReleaseClaimsAsync()
    {
        try
        {
            await outbox.ReleaseAsync(owner, CancellationToken.None);
        }
        catch (System.Data.Common.DbException e)
        {
            logger.LogWarning(e, "Notifications that this worker had claimed wait until their lease ends");
        }
    }

    private async Task<int> PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DeliverDueAsync(cancellationToken);
        }
        catch (System.Data.Common.DbException e)
        {
            logger.LogWarning(e, "The outbox cannot be read or written; the relay tries again");
            return 0;
        }
    }

    private async Task DeliverAsync(NotificationClient client, PendingNotification notification, CancellationToken cancellationToken)
    {
        using var activity = OrderTelemetry.Source.StartActivity(
            $"Notify:{notification.Template}", ActivityKind.Producer, Traceparent.Parse(notification.Traceparent) ?? default);
        try
        {
            await client.SendAsync(notification, cancellationToken);

            // It is sent, so it is marked even if the worker stops now.
            await outbox.DeliveredAsync(notification.Key, owner, CancellationToken.None);
        }
        catch (PartnerFailureException failure)
        {
            activity.Fail(failure);
            await FailedAsync(notification, failure, cancellationToken);
        }
    }

    private async Task FailedAsync(PendingNotification notification, PartnerFailureException failure, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - notification.CreatedAt;
        if (failure.IsTransient && age < options.Value.RetryFor)
        {
            await outbox.PostponeAsync(notification.Key, owner, PauseAfter(notification.Attempts, failure.RetryAfter), failure.Message, cancellationToken);
            return;
        }

        var reason = failure.IsTransient ? $"given up after {age:c}: {failure.Message}" : failure.Message;
        logger.LogError("Notification {Key} of order {OrderId} is not delivered: {Reason}", notification.Key, notification.OrderId, reason);
        await outbox.MoveToDeadLettersAsync(notification.Key, owner, reason, cancellationToken);
    }

    // Exponential back-off, with up to a fifth of jitter so that a recovered team does not receive all retries at once.
    private TimeSpan PauseAfter(long attempts, TimeSpan? retryAfter)
    {
        var doubled = options.Value.FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        var pause = doubled < options.Value.LongestPause ? doubled : options.Value.LongestPause;
        pause *= 1 + (Random.Shared.NextDouble() / 5);
        return retryAfter > pause ? retryAfter.Value : pause;
    }
}
