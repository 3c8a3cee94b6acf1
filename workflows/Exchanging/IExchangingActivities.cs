using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Exchanging;

/// <summary>What an exchange asks of the product team before anything is collected (hotspot 17).</summary>
public interface IExchangingActivities
{
    /// <summary>Reserves the replacement: all lines or none. A shortage is an answer.</summary>
    [Activity]
    Task<StockReservationAnswer> ReserveReplacementAsync(ReserveReplacement request);
}

/// <summary>Asks for replacements.</summary>
public sealed record ReserveReplacement(OrderRecord? Record, string OrderId, string Key, IReadOnlyList<LineQuantity> Lines, int TtlSeconds);
