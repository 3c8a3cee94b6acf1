using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.State;

/// <summary>One exchange (교환, hotspot 17): the replacement is held before anything is collected; no money moves.</summary>
/// <param name="Replacement">What the product team holds, and where it ships from; absent until it is reserved.</param>
public sealed record Exchange(
    string ExchangeId, string Reason, IReadOnlyList<LineQuantity> Lines, ExchangeStatus Status, IReadOnlyList<ReservedLine>? Replacement = null)
{
    public bool IsOpen => Status is not (ExchangeStatus.Completed or ExchangeStatus.ConvertedToRefund);

    /// <summary>The refund it turns into where nothing can be sent.</summary>
    public string RefundId => ExchangeId + "-refund";

    public ExchangeView View() => new(ExchangeId, Status, Reason, Lines);
}

/// <summary>The exchanges of an order.</summary>
public sealed partial record OrderState
{
    public ImmutableList<Exchange> Exchanges { get; init; } = [];

    public bool HasOpenExchange => Exchanges.Exists(exchange => exchange.IsOpen);

    public Exchange? FindExchange(string? exchangeId) =>
        Exchanges.Find(exchange => string.Equals(exchange.ExchangeId, exchangeId, StringComparison.Ordinal));

    public OrderState With(Exchange exchange) => FindExchange(exchange.ExchangeId) is { } known
        ? this with { Exchanges = Exchanges.Replace(known, exchange) }
        : this with { Exchanges = Exchanges.Add(exchange) };

    /// <summary>
    /// The exchange stands where its parcels stand, those that came back left aside. Goods that arrived later are confirmed and returned from then on.
    /// </summary>
    public OrderState ExchangeFollows(Exchange exchange, DateTimeOffset now)
    {
        var parcels = Shipments.FindAll(parcel => parcel.ExchangeId == exchange.ExchangeId && parcel.Status != ShipmentStatus.Returned);
        if (parcels.IsEmpty)
        {
            return With(exchange with { Status = ExchangeStatus.ConvertedToRefund });
        }

        return parcels.TrueForAll(parcel => parcel.Status == ShipmentStatus.Delivered)
            ? With(exchange with { Status = ExchangeStatus.Completed }) with
            {
                ReturnableUntil = now + Policies.ReturnWindow,
                AutoConfirmAt = CompletedAt is null ? now + Policies.AutoConfirmAfter : null,
            }
            : parcels.Exists(parcel => parcel.IsUnderWay) ? With(exchange with { Status = ExchangeStatus.Shipped })
            : this;
    }

    private int BeingExchanged(string productId) => Exchanges
        .Where(exchange => exchange.IsOpen)
        .SelectMany(exchange => exchange.Lines)
        .Where(line => line.ProductId == productId)
        .Sum(line => line.Quantity);
}
