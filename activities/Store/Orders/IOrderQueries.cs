using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Reads of the order store. An order is one indexed row; no method queries a workflow.</summary>
public interface IOrderQueries
{
    /// <summary>The current order; <c>null</c> if there is none with that id.</summary>
    Task<OrderView?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// One page, newest first. The cursor names the last order of a page, so orders that arrive or change meanwhile do not shift others between pages.
    /// </summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<OrderPage> ListAsync(OrderFilter filter, CancellationToken cancellationToken);

    /// <summary>The events of an order after a position, oldest first.</summary>
    Task<IReadOnlyList<StoredEvent>> EventsOfAsync(string orderId, long afterPosition, CancellationToken cancellationToken);

    /// <summary>
    /// The events of all orders after a position, oldest first. A reader that follows it misses no event, and reads the events of one order in
    /// sequence, even if transactions overlap.
    /// </summary>
    Task<IReadOnlyList<StoredEvent>> FeedAsync(FeedPosition after, int limit, CancellationToken cancellationToken);

    /// <summary>The current end of the feed: following from here reads only events that commit later.</summary>
    Task<FeedPosition> FeedEndAsync(CancellationToken cancellationToken);

    /// <summary>The open unpaid orders that contain a product (policy of hotspot 8), by id, after one.</summary>
    Task<IReadOnlyList<string>> UnpaidOrdersWithProductAsync(string productId, string after, int limit, CancellationToken cancellationToken);

    /// <summary>The versions of the stored snapshots of these orders; those that are not in the store are left out.</summary>
    Task<IReadOnlyDictionary<string, long>> VersionsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>The stored snapshots of these orders; those that are not in the store are left out.</summary>
    Task<IReadOnlyDictionary<string, Order>> SnapshotsAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>A member's newest order; <c>null</c> if it has none.</summary>
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
