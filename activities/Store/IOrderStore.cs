using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// What is read often or outlives an order: views and the event feed. On SQLite or PostgreSQL, with the same behaviour.
/// </summary>
public interface IOrderStore
{
    /// <summary>
    /// Writes view, events, notifications and settlement entries in one transaction. Repeating it changes nothing: an older view never replaces a newer one,
    /// and whatever else has an id that is there already is left alone.
    /// </summary>
    Task WriteAsync(OrderRecord record, CancellationToken cancellationToken);
}
