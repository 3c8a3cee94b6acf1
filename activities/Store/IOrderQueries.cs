using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Store;

/// <summary>Reads of the order store. An order is one indexed row; nothing here asks a workflow.</summary>
public interface IOrderQueries
{
    /// <summary>The order as it stands; <c>null</c> where there is none of that id.</summary>
    Task<OrderView?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// One page, newest first. The cursor names the last order of a page, so orders that arrive or change meanwhile move nobody between pages.
    /// </summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<OrderPage> ListAsync(OrderFilter filter, CancellationToken cancellationToken);

    /// <summary>The events of an order after a position, oldest first.</summary>
    Task<IReadOnlyList<StoredEvent>> EventsOfAsync(string orderId, long afterPosition, CancellationToken cancellationToken);

    /// <summary>
    /// The events of all orders after a position, oldest first. Following it misses none, and reads the events of one order in their order,
    /// however transactions overlap.
    /// </summary>
    Task<IReadOnlyList<StoredEvent>> FeedAsync(FeedPosition after, int limit, CancellationToken cancellationToken);

    /// <summary>Where the feed stands now: following from here reads only events that commit later.</summary>
    Task<FeedPosition> FeedEndAsync(CancellationToken cancellationToken);

    /// <summary>The open orders not yet paid that hold a product (policy of hotspot 8), by id, after one.</summary>
    Task<IReadOnlyList<string>> UnpaidOrdersWithProductAsync(string productId, string after, int limit, CancellationToken cancellationToken);

    /// <summary>The versions of the stored snapshots of these orders; those that are not in the store are left out.</summary>
    Task<IReadOnlyDictionary<string, long>> VersionsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>The stored snapshots of these orders; those that are not in the store are left out.</summary>
    Task<IReadOnlyDictionary<string, Order>> SnapshotsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>A member's newest order; <c>null</c> where it has none.</summary>
    Task<string?> LatestOrderOfMemberAsync(string memberId, CancellationToken cancellationToken);
}

/// <summary>Which orders to list. <paramref name="From"/> is inclusive, <paramref name="To"/> is not; both are times of creation.</summary>
public sealed record OrderFilter(
    string? MemberId = null,
    OrderStatus? Status = null,
    bool? NeedsAttention = null,
    string? SellerId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int Limit = 50,
    string? Cursor = null);

/// <summary>A page of orders; <paramref name="NextCursor"/> is absent on the last.</summary>
public sealed record OrderPage(IReadOnlyList<OrderView> Items, string? NextCursor);

/// <summary>An event with its place in the feed.</summary>
/// <param name="Traceparent">Where in which trace it was written (W3C).</param>
public sealed record StoredEvent(FeedPosition Position, OrderEvent Event, string? Traceparent = null);

/// <summary>A place in the feed: events follow one another by the group they commit in, then by number.</summary>
public readonly record struct FeedPosition(long CommitGroup, long Number)
{
    public static FeedPosition Start => default;
}
