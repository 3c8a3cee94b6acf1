using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Exchanging;

/// <summary>Activities of an exchange at the product team, before the goods are collected (hotspot 17).</summary>
public interface IExchangingActivities
{
    /// <summary>Reserves the replacement: all lines or none. A shortage is an answer, not a failure.</summary>
    [Activity]
    Task<StockReservationAnswer> ReserveReplacementAsync(ReserveReplacement request);
}

/// <summary>Request to reserve a replacement.</summary>
public sealed record ReserveReplacement(OrderRecord? Record, string OrderId, string Key, IReadOnlyList<LineQuantity> Lines, int TtlSeconds);
