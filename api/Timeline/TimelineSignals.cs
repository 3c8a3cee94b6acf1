using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Timeline;

/// <summary>
/// Wakes the streams of an order when its timeline grew. One follower reads the feed for all streams of this process, and only while there are any;
/// the feed is written by workers in other processes, so looking is the only way to know on both databases.
/// </summary>
internal sealed class TimelineSignals(IOrderQueries queries, TimeProvider time, ILogger<TimelineSignals> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(200);

    // Events come in bursts: where something was just written, more is about to be.
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Listener>> listeners = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim wanted = new(0);

    /// <summary>Listens for an order's changes until disposed.</summary>
    public Listener Listen(string orderId)
    {
        var listener = new Listener(this, orderId);
        lock (gate)
        {
            (listeners.TryGetValue(orderId, out var known) ? known : listeners[orderId] = []).Add(listener);
        }

        wanted.Release();
        return listener;
    }

    public override void Dispose()
    {
        wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await wanted.WaitAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the streams end with it.
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
                    // What was written before this look is read by the streams themselves: each is woken once to do so.
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
                    await Task.Delay(time.GetElapsedTime(changed) < BusyFor ? BusyPause : QuietPause, time, cancellationToken);
                }
            }
            catch (System.Data.Common.DbException e)
            {
                logger.LogWarning(e, "The event feed could not be read; the streams wait");
                await Task.Delay(QuietPause, time, cancellationToken);
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

    /// <summary>One stream's wake-up call: given at least once after every change, at most once for several.</summary>
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
