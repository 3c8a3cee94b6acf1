using System.Data.Common;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Outbox;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>
/// Delivers to one subscriber, for as long as its worker runs: follows the feed, claims orders that are due, and sends each order's events one after
/// the other, with several orders in parallel.
/// </summary>
internal sealed class SubscriberRelay(
    Subscriber subscriber, ISubscriberQueues queues, Func<EventSender> senders, EventRelayOptions options, TimeProvider time, ILogger logger)
{
    private const int PageSize = 200;
    private const int EventsAtOnce = 50;

    private readonly string owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    public async Task RunAsync(CancellationToken stopping)
    {
        var deliveries = new List<Task>();
        try
        {
            while (true)
            {
                deliveries.RemoveAll(delivery => delivery.IsCompleted);
                if (!await PollAsync(deliveries, stopping))
                {
                    await Task.WhenAny([.. deliveries, Task.Delay(options.PollInterval, time, stopping)]);
                    stopping.ThrowIfCancellationRequested();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(deliveries);
        }
    }

    /// <summary>Follows and claims once; returns whether there may be more to do at once.</summary>
    private async Task<bool> PollAsync(List<Task> deliveries, CancellationToken stopping)
    {
        try
        {
            var followed = await queues.FollowAsync(subscriber.Name, subscriber.Wants, PageSize, stopping);
            var free = options.Parallelism - deliveries.Count;

            // Not cancelled between the claim and its result: otherwise the claimed rows would wait for the lease to end.
            var claimed = free > 0 ? await queues.ClaimAsync(subscriber.Name, owner, free, options.Lease, CancellationToken.None) : [];
            deliveries.AddRange(claimed.Select(queue => DeliverAsync(queue, stopping)));
            return followed == PageSize || claimed.Count > 0;
        }
        catch (DbException e)
        {
            logger.LogWarning(e, "Events for {Subscriber} cannot be read; the relay tries again", subscriber.Name);
            return false;
        }
    }

    private async Task DeliverAsync(SubscriberQueue queue, CancellationToken stopping)
    {
        var reached = queue.Delivered;
        try
        {
            var events = await queues.ReadAsync(queue, EventsAtOnce, stopping);
            foreach (var stored in events)
            {
                if (subscriber.Wants(stored.Event) && !await SendAsync(queue, reached, stored, stopping))
                {
                    return;
                }

                reached = stored.Position.Number;
            }

            await queues.ReleaseAsync(queue, events.Count < EventsAtOnce ? queue.Last : reached, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await ReleaseAsync(queue, reached);
        }
        catch (DbException e)
        {
            logger.LogWarning(e, "Events of {OrderId} for {Subscriber} wait until the lease ends", queue.OrderId, subscriber.Name);
        }
    }

    /// <summary>Sends one event; <c>false</c>: this worker must not continue with the queue.</summary>
    private async Task<bool> SendAsync(SubscriberQueue queue, long reached, StoredEvent stored, CancellationToken stopping)
    {
        var sending = await senders().SendAsync(subscriber, stored, stopping);
        if (sending.Error is null)
        {
            return await queues.ArrivedAsync(queue, stored.Position.Number, options.Lease, CancellationToken.None);
        }

        var isFirst = reached == queue.Delivered;
        var failingSince = (isFirst ? queue.FailingSince : null) ?? time.GetUtcNow();
        if (sending.IsGone || time.GetUtcNow() - failingSince >= options.RetryFor)
        {
            logger.LogError(
                "{EventType} {EventId} is not delivered to {Subscriber} and holds back what follows it: it {Error}",
                stored.Event.Type, stored.Event.Id, subscriber.Name, sending.Error);
            await queues.MoveToDeadLettersAsync(queue, stored.Position.Number, sending.Error, CancellationToken.None);
        }
        else
        {
            var pause = PauseAfter(isFirst ? queue.Attempts : 0, sending.RetryAfter);
            logger.LogInformation(
                "{EventType} {EventId} did not arrive at {Subscriber}: it {Error}; the next attempt is in {Pause}",
                stored.Event.Type, stored.Event.Id, subscriber.Name, sending.Error, pause);
            await queues.PostponeAsync(queue, pause, sending.Error, CancellationToken.None);
        }

        return false;
    }

    // The worker stops and releases the queue, so that other workers do not wait for the lease to end.
    private async Task ReleaseAsync(SubscriberQueue queue, long reached)
    {
        try
        {
            await queues.ReleaseAsync(queue, reached, CancellationToken.None);
        }
        catch (DbException e)
        {
            logger.LogWarning(e, "Events of {OrderId} for {Subscriber} wait until the lease ends", queue.OrderId, subscriber.Name);
        }
    }

    // Exponential back-off, with up to a fifth of jitter so that a recovered subscriber does not receive all retries at once.
    private TimeSpan PauseAfter(long failures, TimeSpan? retryAfter)
    {
        var doubled = options.FirstPause * Math.Pow(2, Math.Min(failures, 20));
        var pause = (doubled < options.LongestPause ? doubled : options.LongestPause) * (1 + (Random.Shared.NextDouble() / 5));
        return retryAfter is { } requested && requested > pause ? TimeSpan.FromTicks(Math.Min(requested.Ticks, TimeSpan.FromDays(1).Ticks)) : pause;
    }
}
