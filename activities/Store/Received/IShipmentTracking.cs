using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>Couriers' reports about parcels (배송 중 상태 업데이트, 배송 일정 변경): written directly to the timeline and the tracking, and not sent to a workflow.</summary>
public interface IShipmentTracking
{
    /// <summary>Stores a report, once by its source and id, and adds it to the order's timeline.</summary>
    /// <param name="ignoredBecause">Why it does not concern a parcel of the order; then it is only added to the timeline.</param>
    Task AppendAsync(string orderId, string? shipmentId, PartnerEvent received, string? ignoredBecause, CancellationToken cancellationToken);

    /// <summary>Every report of an order's parcels, in the order in which they happened.</summary>
    Task<IReadOnlyList<ShipmentScan>> ScansAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>When the courier last reported a parcel; <c>null</c>: never.</summary>
    Task<DateTimeOffset?> LastScanAsync(string orderId, string shipmentId, CancellationToken cancellationToken);
}

/// <summary>One report: where a parcel was seen, or when it is expected now.</summary>
public sealed record ShipmentScan(string ShipmentId, DateTimeOffset At, string? Status, string? Location, DateTimeOffset? NewDate);
