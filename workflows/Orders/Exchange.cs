using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>One exchange (교환, hotspot 17): the replacement is reserved before anything is collected; no money moves.</summary>
public sealed record Exchange(string ExchangeId, string Reason, IReadOnlyList<LineQuantity> Lines, ExchangeStatus Status, DateTimeOffset RequestedAt)
{
    public StockReservation Replacement { get; init; } = new();

    public bool PickupAccepted { get; init; }

    public DateTimeOffset? PickupAskedAt { get; init; }

    public bool Defective { get; init; }

    /// <summary>The returned goods are in stock again, or need no restocking.</summary>
    public bool Restocked { get; init; }

    public bool ShippingRequested { get; init; }

    public bool IsOpen() => Status is not (ExchangeStatus.Completed or ExchangeStatus.ConvertedToRefund or ExchangeStatus.Ended);

    /// <summary>The id of the refund it is converted to if no replacement is available.</summary>
    public string RefundId() => ExchangeId + "-refund";
}
