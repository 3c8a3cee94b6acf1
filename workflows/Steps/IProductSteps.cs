using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order asks of the product team (상품팀).</summary>
public interface IProductSteps
{
    /// <summary>재고 확보 요청: all lines or none. A shortage is an answer, not a failure.</summary>
    [Activity]
    Task<StockReservationAnswer> ReserveStockAsync(ReserveStock step);

    /// <summary>Turns the reservation into a sale. An expired reservation is an answer.</summary>
    [Activity]
    Task<StockCommitAnswer> CommitStockAsync(CommitStock step);

    /// <summary>재고 복원 요청: gives back whatever the order holds, reserved or committed. Nothing held is fine.</summary>
    [Activity]
    Task RestoreStockAsync(RestoreStock step);

    /// <summary>재고 복원 of sold goods that came back, undelivered or returned.</summary>
    [Activity]
    Task RestoreGoodsAsync(RestoreGoods step);
}

/// <summary>Asks for stock of every line that is not a pre-order.</summary>
/// <param name="Similar">How many similar products to name for a product that is short.</param>
/// <param name="Sequence">Tells this reservation's events from those of another one of the order: an exchange's id, or 1.</param>
public sealed record ReserveStock(
    OrderRecord? Record, string OrderId, string Key, IReadOnlyList<LineQuantity> Lines, int TtlSeconds, int Similar, string Sequence = "1");

/// <summary>Either a reservation, or what is short and what could be bought instead.</summary>
public sealed record StockReservationAnswer(
    string? ReservationId,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<ReservedLine> Lines,
    IReadOnlyList<StockShortage> Shortages,
    IReadOnlyList<string> Recommendations);

/// <summary>A product of which fewer units are left than were asked for.</summary>
public sealed record StockShortage(string ProductId, int Available, int Requested);

/// <summary>Commits a reservation.</summary>
public sealed record CommitStock(OrderRecord? Record, string OrderId, string ReservationId, string Key);

/// <summary>Whether the stock is sold; <c>false</c>: the reservation had run out.</summary>
public sealed record StockCommitAnswer(bool Committed);

/// <summary>Gives stock back.</summary>
/// <param name="Reservation">The reservation as it was asked for; asked again under its own key where its answer never came (<paramref name="ReservationId"/> is null).</param>
/// <param name="Commit">Whether a commit was asked for: then what it sold is restored, else the reservation is released.</param>
public sealed record RestoreStock(
    OrderRecord? Record,
    string OrderId,
    string Key,
    ReserveStock Reservation,
    string? ReservationId,
    CommitStock? Commit,
    string Reason,
    string Sequence);

/// <summary>Puts sold units back.</summary>
/// <param name="Sequence">What they came back by: a shipment's, a refund's or an exchange's id.</param>
public sealed record RestoreGoods(
    OrderRecord? Record, string OrderId, IReadOnlyList<LineQuantity> Lines, string Reason, string Key, string Sequence);
