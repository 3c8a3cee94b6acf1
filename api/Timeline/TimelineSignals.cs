using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Api.Timeline;

/// <summary>
/// Notifies the streams of an order when events were added to its timeline. One background loop polls the event feed for all streams of this process, while
/// there are any. The feed is polled because workers in other processes write it and SQLite has no notifications.
/// </summary>
internal sealed class TimelineSignals(IOrderQueries queries, TimeProvider time, ILogger<TimelineSignals> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan IdlePollInterval = TimeSpan.FromMilliseconds(200);

    // Events come in bursts, so the feed is polled more often for one second after an event.
    private static readonly TimeSpan BusyPollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BusyPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Listener>> listeners = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim subscribed = new(0);

    /// <summary>Subscribes to changes of an order; disposing the listener unsubscribes.</summary>
    public Listener Listen(string orderId)
    {
        var listener = new Listener(this, orderId);
        lock (gate)
        {
            (listeners.TryGetValue(orderId, out var known) ? known : listeners[orderId] = []).Add(listener);
        }

        subscribed.Release();
        return listener;
    }

    public override void Dispose()
    {
        subscribed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await subscribed.WaitAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the streams end by their own token.
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        FeedPosition? position = null;
        var changed = time.GetTimestamp();
        while (HasListeners())
        {
            try
            {
                if (position is null)
                {
                    // Events written before this position are read by the streams themselves, so each stream is notified once.
                    position = await queries.FeedEndAsync(cancellationToken);
                    Wake(null);
                }

                var page = await queries.FeedAsync(position.Value, PageSize, cancellationToken);
                Wake(page);
                if (page.Count > 0)
                {
                    position = page[^1].Position;
                    changed = time.GetTimestamp();
                }

                if (page.Count < PageSize)
                {
                    await Task.Delay(time.GetElapsedTime(changed) < BusyPeriod ? BusyPollInterval : IdlePollInterval, time, cancellationToken);
                }
            }
            catch (System.Data.Common.DbException e)
            {
                logger.LogWarning(e, "The event feed could not be read; the streams wait");
                await Task.Delay(IdlePollInterval, time, cancellationToken);
            }
        }
    }

    private bool HasListeners()
    {
        lock (gate)
        {
            return listeners.Count > 0;
        }
    }

    private void Wake(IReadOnlyList<StoredEvent>? events)
    {
        lock (gate)
        {
            var orders = events?.Select(stored => stored.Event.OrderId).Distinct(StringComparer.Ordinal) ?? listeners.Keys;
            foreach (var listener in orders.SelectMany(order => listeners.GetValueOrDefault(order) ?? []))
            {
                listener.Wake();
            }
        }
    }

    private void Remove(Listener listener)
    {
        lock (gate)
        {
            if (listeners.TryGetValue(listener.OrderId, out var known) && known.Remove(listener) && known.Count == 0)
            {
                listeners.Remove(listener.OrderId);
            }
        }
    }

    /// <summary>The notification of one stream: raised at least once after every change; several changes may be coalesced.</summary>
    internal sealed class Listener(TimelineSignals signals, string orderId) : IDisposable
    {
        private readonly SemaphoreSlim changed = new(0, 1);

        public string OrderId => orderId;

        /// <summary>Waits for a change; false if there was none within <paramref name="timeout"/>.</summary>
        public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => changed.WaitAsync(timeout, cancellationToken);

        public void Wake()
        {
            if (changed.CurrentCount == 0)
            {
                changed.Release();
            }
        }

        public void Dispose()
        {
            signals.Remove(this);
            changed.Dispose();
        }
    }
}
