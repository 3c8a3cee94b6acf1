using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Outbox;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>
/// Delivers order events to the configured subscribers. Any number of workers may run it. Subscribers are served independently; what is delivered, in
/// which order and how often is described at <see cref="ISubscriberQueues"/>.
/// </summary>
internal sealed class EventRelay(
    IReadOnlyList<Subscriber> subscribers,
    ISubscriberQueues queues,
    Func<EventSender> senders,
    IOptions<EventRelayOptions> options,
    TimeProvider time,
    ILogger<EventRelay> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(subscribers.Select(subscriber => ServeAsync(subscriber, stoppingToken)));

    private async Task ServeAsync(Subscriber subscriber, CancellationToken stopping)
    {
        try
        {
            await RegisterAsync(subscriber, stopping);
            await new SubscriberRelay(subscriber, queues, senders, options.Value, time, logger).RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops before the database was available.
        }
    }

    private async Task RegisterAsync(Subscriber subscriber, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await queues.RegisterAsync(subscriber.Name, stopping);
                return;
            }
            catch (DbException e)
            {
                logger.LogWarning(e, "Subscriber {Subscriber} cannot be enrolled yet; the relay tries again", subscriber.Name);
                await Task.Delay(options.Value.PollInterval, time, stopping);
            }
        }
    }
}
