using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Api.Temporal;

/// <summary>What the API asks of the order workflows (contract §3): the only door between HTTP and Temporal.</summary>
public interface IOrderCommands
{
    /// <summary>Starts the order and waits for its decision, or joins it if it runs already.</summary>
    /// <returns>The order as decided; <c>null</c> if it goes on but was not decided within <paramref name="timeout"/>.</returns>
    /// <exception cref="OrderRefusedException">The order was refused.</exception>
    /// <exception cref="OrdersUnavailableException">Nobody knows whether the order was started: ask again with the same id.</exception>
    Task<OrderView?> PlaceAsync(Order order, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Finds an order that an earlier request under the same key may have started, and waits for its decision; <see cref="ExistingOrder.Found"/> says whether it did.</summary>
    /// <exception cref="OrderRefusedException">The order was refused.</exception>
    Task<ExistingOrder> FindExistingAsync(string orderId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Asks an order for a change and answers the order after it; one without an open run is taken up for it.</summary>
    /// <param name="updateId">The same id is the same command, however often it is sent.</param>
    /// <param name="argument">The command, made of the version of the stored snapshot.</param>
    /// <exception cref="OrderRefusedException">The order's state does not admit it.</exception>
    /// <exception cref="OrderUnknownException">There is no such order.</exception>
    /// <exception cref="OrderBusyException">It has as many commands in flight as Temporal takes of one run; this one was not taken.</exception>
    Task<OrderView> UpdateAsync(string orderId, string update, string updateId, Func<long, object> argument, CancellationToken cancellationToken);

    /// <summary>Hands an event of another team on to an order; the same event is handed on once.</summary>
    /// <exception cref="OrderUnknownException">There is no such order.</exception>
    Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Hands an event on to an order's open run.</summary>
    /// <param name="partnerEvent">Its seen version is of the stored snapshot.</param>
    /// <returns><c>false</c>: the order has no open run.</returns>
    Task<bool> SignalOpenAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Hands an event on to an order that had no open run a moment ago.</summary>
    /// <param name="order">Its stored snapshot, read after that.</param>
    /// <returns>What its timeline is to show; nothing where a run takes the order up.</returns>
    Task<IReadOnlyList<OrderEvent>> TakeUpAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Asks a workflow for its order: for orders so young that the store does not have them yet. <c>null</c> if there is none.</summary>
    Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Takes an order up from the store's snapshot.</summary>
    /// <returns><c>false</c>: it has an open run already.</returns>
    Task<bool> RestoreAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>Whether an order is there, and how it stands if it is decided.</summary>
public sealed record ExistingOrder(bool Found, OrderView? Order);

/// <summary>An order said no: the problem's slug and its extra fields.</summary>
public sealed class OrderRefusedException(string slug, string message, JsonElement details) : Exception(message)
{
    public string Slug { get; } = slug;

    public JsonElement Details { get; } = details;
}

/// <summary>There is no order of that id.</summary>
public sealed class OrderUnknownException(string orderId) : Exception("There is no order " + orderId);

/// <summary>Temporal takes no more commands of this order at a time; it was not handed on.</summary>
public sealed class OrderBusyException(string orderId, Exception innerException)
    : Exception($"Order {orderId} has as many commands in flight as Temporal takes.", innerException);

/// <summary>Temporal or the workers do not answer.</summary>
public sealed class OrdersUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
