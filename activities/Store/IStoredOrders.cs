using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Orders whose own workflow has ended, for who writes them on.</summary>
public interface IStoredOrders
{
    /// <summary>The order with its version; <c>null</c> where there is none of that id.</summary>
    Task<StoredOrder?> FindStoredAsync(string orderId, CancellationToken cancellationToken);
}
