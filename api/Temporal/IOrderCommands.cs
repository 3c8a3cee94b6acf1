using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Temporal;

/// <summary>What the API asks of the order workflows (contract §3): the only door between HTTP and Temporal.</summary>
public interface IOrderCommands
{
    /// <summary>Starts the order and waits for its decision, or meets it if it runs already.</summary>
    /// <returns>The order as decided; <c>null</c> if it goes on but was not decided within <paramref name="patience"/>.</returns>
    /// <exception cref="OrderRefusedException">The order was refused.</exception>
    /// <exception cref="OrdersUnavailableException">Nobody knows whether the order was started: ask again with the same id.</exception>
    Task<OrderView?> PlaceAsync(OrderInput input, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Meets an order that an earlier request under the same key may have started; <see cref="Met.Found"/> says whether it did.</summary>
    /// <exception cref="OrderRefusedException">The order was refused.</exception>
    Task<Met> MeetAsync(string orderId, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Asks a running order for a change and answers the order after it.</summary>
    /// <param name="updateId">The same id is the same wish, however often it is sent.</param>
    /// <exception cref="OrderRefusedException">The order's state does not admit it.</exception>
    /// <exception cref="OrderClosedException">The order's workflow has ended, or there is none.</exception>
    Task<OrderView> UpdateAsync(string orderId, string update, string updateId, object? argument, CancellationToken cancellationToken);

    /// <summary>Claims an order whose workflow has ended; answers whose it is now, whoever claimed it first.</summary>
    /// <exception cref="OrdersUnavailableException">The claim goes on, but is not decided yet: ask again.</exception>
    Task<ClaimOutcome> ClaimClosedAsync(ClaimInput input, CancellationToken cancellationToken);

    /// <summary>Hands an event of another team on to an order; the same event is handed on once.</summary>
    /// <exception cref="OrderClosedException">The order's workflow has ended, or there is none.</exception>
    Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken);

    /// <summary>Asks a workflow for its order: for orders so young that the store does not have them yet. <c>null</c> if there is none.</summary>
    Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>Whether an order was met, and how it stands if it is decided.</summary>
public sealed record Met(bool Found, OrderView? Order);

/// <summary>An order said no: the problem's slug and its extra fields.</summary>
public sealed class OrderRefusedException(string slug, string message, JsonElement details) : Exception(message)
{
    public string Slug { get; } = slug;

    public JsonElement Details { get; } = details;
}

/// <summary>The workflow of an order has ended or never was.</summary>
public sealed class OrderClosedException(string orderId) : Exception("No workflow runs for order " + orderId);

/// <summary>Temporal or the workers do not answer.</summary>
public sealed class OrdersUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
