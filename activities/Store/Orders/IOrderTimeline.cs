using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Adds to the timeline of an order whose workflow has ended: a later event changes nothing, but is shown.</summary>
public interface IOrderTimeline
{
    /// <summary>Appends an event once by its source and id.</summary>
    Task AppendAsync(OrderEvent orderEvent, CancellationToken cancellationToken);
}
