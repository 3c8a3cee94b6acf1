using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
namespace OrderOrchestration.Partners.Scenarios;

/// <summary>A rule for shipments. The first rule whose conditions all match applies; without one, a <c>#marker</c> in the recipient or the note decides.</summary>
/// <param name="OrderId">Only this order's shipments.</param>
/// <param name="ShipmentId">Only this shipment.</param>
/// <param name="WarehouseId">Only shipments from this warehouse.</param>
/// <param name="FailedDeliveries">Number of failed delivery attempts; with three or more the goods wait for a recall.</param>
/// <param name="FailureReason"><c>recipient-absent</c> or <c>address-error</c>.</param>
/// <param name="ReturnedToSender">The courier returns the goods to the sender after the first failure, without a request.</param>
/// <param name="RefuseCancel">A cancellation or a change of address is always rejected as too late.</param>
/// <param name="Postponed">One <c>logistics.schedule-changed</c> is published before the delivery.</param>
/// <param name="LateScan">A late <c>logistics.status-updated</c> is published after the delivery.</param>
/// <param name="TrackingUpdates">Overrides <see cref="PartnersOptions.TrackingUpdates"/>.</param>
/// <param name="ByHand">Every step waits until it is run by hand.</param>
/// <param name="Count">Maximum number of shipments that the rule applies to.</param>
/// <param name="StallsAt">The shipment stops in this state, without further events, until a step is run by hand; <c>requested</c>: no event at all.</param>
public sealed record ShipmentRule(
    string? OrderId = null,
    string? ShipmentId = null,
    string? WarehouseId = null,
    int FailedDeliveries = 0,
    string FailureReason = "recipient-absent",
    bool ReturnedToSender = false,
    bool RefuseCancel = false,
    bool Postponed = false,
    bool LateScan = false,
    int? TrackingUpdates = null,
    bool ByHand = false,
    int? Count = null,
    ShipmentState? StallsAt = null);

/// <summary>A rule for return pickups.</summary>
/// <param name="OrderId">Only this order's pickups.</param>
/// <param name="Condition">The reported condition of the goods: <c>good</c> or <c>defective</c>.</param>
/// <param name="ByHand">The goods are collected only when the step is run by hand.</param>
/// <param name="Count">Maximum number of pickups that the rule applies to.</param>
public sealed record PickupRule(string? OrderId = null, string Condition = "good", bool ByHand = false, int? Count = null);
