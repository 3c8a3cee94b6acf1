using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Stores the snapshots of orders and the event feed, on SQLite or PostgreSQL with the same behaviour.</summary>
public interface IOrderStore
{
    /// <summary>
    /// Writes snapshot, events, notifications and settlement entries in one transaction. Repeating it changes nothing: an older snapshot never replaces
    /// a newer one, and other rows with an existing id are not changed. Of two snapshots the later version is newer; of one run also the one that has
    /// changed later, because a workflow task that was lost after it had written its record is repeated with what arrived meanwhile.
    /// </summary>
    /// <param name="runId">The workflow run that writes. One that is behind a snapshot of another run was reset, and nothing of it is written.</param>
    Task<RecordOutcome> WriteAsync(OrderRecord record, string runId, CancellationToken cancellationToken);

    /// <summary>Adds an order that was accepted and not decided yet; an existing one is not changed.</summary>
    Task AddAsync(Order order, CancellationToken cancellationToken);

    /// <summary>Removes an added order that was refused before its workflow recorded anything.</summary>
    Task RemoveUnrecordedAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order's snapshot; <c>null</c> if there is none with that id.</summary>
    Task<Order?> FindSnapshotAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The stored version of an order, without its snapshot; <c>null</c> if there is none with that id.</summary>
    Task<StoredState?> FindStateAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The ids of orders that are not at rest, in the order of ids, after one.</summary>
    Task<IReadOnlyList<string>> OpenOrdersAsync(string? after, int limit, CancellationToken cancellationToken);
}

/// <summary>The stored version of an order.</summary>
/// <param name="Version">The snapshot's version; 0: accepted and not recorded by its workflow yet.</param>
/// <param name="UpdatedAt">When the order last changed, as its snapshot says.</param>
public sealed record StoredState(long Version, DateTimeOffset UpdatedAt);

/// <summary>The result of writing a record.</summary>
public enum RecordOutcome
{
    /// <summary>It is in the store; its snapshot may be older than the stored one.</summary>
    Written,

    /// <summary>The store has a later snapshot, written by another run: nothing was written.</summary>
    Superseded,
}
