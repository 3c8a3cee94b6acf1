using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>A shipment and its progress.</summary>
internal sealed class Shipment(ShipmentRequest request, ShipmentRule rule, Queue<Leg> ahead)
{
    public ShipmentRequest Request => request;

    public ShipmentRule Rule => rule;

    /// <summary>The remaining steps, next first.</summary>
    public Queue<Leg> Ahead => ahead;

    public ShipmentState State { get; set; } = ShipmentState.Requested;

    public Address ShipTo { get; set; } = request.ShipTo;

    public string? Waybill { get; set; }

    public string? Carrier { get; set; }

    public int FailedDeliveries { get; set; }

    public int Scans { get; set; }

    /// <summary>The number of remaining legs at which the shipment stalls: the next step waits until it is run by hand, and no event is published before.</summary>
    public int? StallsWithAhead { get; init; }

    /// <summary>Whether the next step waits until it is run by hand.</summary>
    [JsonIgnore]
    public bool WaitsForHand => rule.ByHand || ahead.Count == StallsWithAhead;

    [JsonIgnore]
    public bool IsBeforeDispatch => State is ShipmentState.Requested or ShipmentState.DispatchStarted;

    /// <summary>Whether the shipment left the warehouse.</summary>
    [JsonIgnore]
    public bool HasLeft => State is not (ShipmentState.Requested or ShipmentState.DispatchStarted or ShipmentState.Cancelled);

    [JsonIgnore]
    public ShipmentInfo Info => new(
        request.ShipmentId, request.OrderId, request.WarehouseId, State, request.Lines, ShipTo, Waybill, Carrier, FailedDeliveries);
}

/// <summary>A return pickup at the customer's address.</summary>
internal sealed class Pickup(PickupRequest request, PickupRule rule)
{
    public PickupRequest Request => request;

    public PickupRule Rule => rule;

    public DateTimeOffset? PickedUpAt { get; set; }

    [JsonIgnore]
    public IReadOnlyList<Line> Lines => request.Lines;

    [JsonIgnore]
    public PickupInfo Info => new(request.PickupId, request.OrderId, request.Lines, PickedUpAt, PickedUpAt is null ? null : rule.Condition);
}
