using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Tests.Storage;

/// <summary>Reading the feed in a test: transactions in other databases of the cluster, such as other tests', may hold it up for a moment.</summary>
internal static class Feed
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Reads the feed from its start until it is as expected, or until the timeout; answers what it read last.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> ReadUntilAsync(IOrderQueries queries, Func<IReadOnlyList<StoredEvent>, bool> isThere)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var until = DateTime.UtcNow + Timeout;
        IReadOnlyList<StoredEvent> feed;
        do
        {
            feed = await queries.FeedAsync(FeedPosition.Start, 100, default);
        }
        while (!isThere(feed) && DateTime.UtcNow < until && await looks.WaitForNextTickAsync());

        return feed;
    }
}
