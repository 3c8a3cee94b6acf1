using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Api.Temporal;

/// <summary>The API's gateway to the order workflows in Temporal (contract §3).</summary>
public interface IOrderCommands
{
    /// <summary>Starts the order's workflow, or joins the running one, and waits for its decision.</summary>
    /// <returns>The decided order; <c>null</c> if the workflow runs but did not decide within <paramref name="timeout"/>.</returns>
    /// <exception cref="OrderRefusedException">The order was rejected.</exception>
    /// <exception cref="OrdersUnavailableException">It is unknown whether the order was started: retry with the same id.</exception>
    Task<OrderView?> PlaceAsync(Order order, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for the decision of an order that an earlier request with the same key may have started. <see cref="ExistingOrder.Found"/> is false where there is none.
    /// </summary>
    /// <exception cref="OrderRefusedException">The order was rejected.</exception>
    Task<ExistingOrder> FindExistingAsync(string orderId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Sends an update to an order and returns the changed order. An order without an open run is resumed from its snapshot first.</summary>
    /// <param name="updateId">Idempotency key: updates with the same id are the same command.</param>
    /// <param name="argument">Makes the command from the version of the stored snapshot.</param>
    /// <exception cref="OrderRefusedException">The order rejected the command.</exception>
    /// <exception cref="OrderUnknownException">There is no such order.</exception>
    /// <exception cref="OrderBusyException">The run has reached Temporal's limit of updates in flight; the command was not accepted.</exception>
    Task<OrderView> UpdateAsync(string orderId, string update, string updateId, Func<long, object> argument, CancellationToken cancellationToken);

    /// <summary>Signals an event of another team to an order. The order ignores an event that it has processed before.</summary>
    /// <exception cref="OrderUnknownException">There is no such order.</exception>
    Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Signals an event to an order's open run.</summary>
    /// <param name="partnerEvent">The event, with the version of the stored snapshot as its seen version.</param>
    /// <returns><c>false</c> if the order has no open run.</returns>
    Task<bool> SignalOpenAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Delivers an event to an order for which <see cref="SignalOpenAsync"/> found no open run.</summary>
    /// <param name="order">The stored snapshot, read after that call.</param>
    /// <returns>The entries to append to the timeline; empty where a run was started for the event.</returns>
    Task<IReadOnlyList<OrderEvent>> ResumeAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Queries a workflow for its order, for orders that are not stored yet; <c>null</c> if there is no such workflow.</summary>
    Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Starts a run of an order from its stored snapshot.</summary>
    /// <returns><c>false</c> if the order has an open run.</returns>
    Task<bool> RestoreAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>Whether an order exists, and the order if it is decided.</summary>
public sealed record ExistingOrder(bool Found, OrderView? Order);

/// <summary>An order rejected a command. Carries the problem's slug and extension fields.</summary>
public sealed class OrderRefusedException(string slug, string message, JsonElement details) : Exception(message)
{
    public string Slug { get; } = slug;

    public JsonElement Details { get; } = details;
}

/// <summary>There is no order with this id.</summary>
public sealed class OrderUnknownException(string orderId) : Exception("There is no order " + orderId);

/// <summary>The order's run has reached Temporal's limit of updates in flight; the command was not accepted.</summary>
public sealed class OrderBusyException(string orderId, Exception innerException)
    : Exception($"Order {orderId} has as many commands in flight as Temporal takes.", innerException);

/// <summary>Temporal or the workers do not answer.</summary>
public sealed class OrdersUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
