using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Decides how shipments go. The first rule whose conditions all hold counts; without one, a <c>#marker</c> in the recipient or the note does.</summary>
/// <param name="OrderId">Only this order's shipments.</param>
/// <param name="ShipmentId">Only this shipment.</param>
/// <param name="WarehouseId">Only shipments from this warehouse.</param>
/// <param name="FailedDeliveries">So many delivery attempts fail; three or more, and the goods wait to be called back.</param>
/// <param name="FailureReason"><c>recipient-absent</c> or <c>address-error</c>.</param>
/// <param name="ReturnedToSender">The courier brings the goods back by itself after the first failure.</param>
/// <param name="RefuseCancel">A cancellation or a change of address is always too late.</param>
/// <param name="Postponed">One <c>logistics.schedule-changed</c> on the way.</param>
/// <param name="LateScan">A stray <c>logistics.status-updated</c> after the delivery.</param>
/// <param name="TrackingUpdates">Overrides <see cref="PartnersOptions.TrackingUpdates"/>.</param>
/// <param name="ByHand">Every step waits for a hand.</param>
/// <param name="Count">Only for so many shipments.</param>
/// <param name="StallsAt">The parcel gets so far and then waits for a hand, and nothing is said of it; <c>requested</c>: never a word.</param>
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

/// <summary>Decides how return pickups go.</summary>
/// <param name="OrderId">Only this order's pickups.</param>
/// <param name="Condition">In what state the goods are found: <c>good</c> or <c>defective</c>.</param>
/// <param name="ByHand">The goods are never collected, unless by hand.</param>
/// <param name="Count">Only for so many pickups.</param>
public sealed record PickupRule(string? OrderId = null, string Condition = "good", bool ByHand = false, int? Count = null);
