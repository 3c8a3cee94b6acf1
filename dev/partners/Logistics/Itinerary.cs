using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>One step of a shipment.</summary>
internal enum Leg
{
    StartDispatch,
    Dispatch,
    StartShipping,
    Scan,
    Postpone,
    FailDelivery,
    Deliver,
    ReturnToSender,
}

/// <summary>The planned steps of one shipment.</summary>
internal static class Itinerary
{
    public static Queue<Leg> Of(ShipmentRule rule, PartnersOptions options)
    {
        Leg[] start = [Leg.StartDispatch, Leg.Dispatch, Leg.StartShipping];
        var way = Enumerable.Repeat(Leg.Scan, rule.TrackingUpdates ?? options.TrackingUpdates);
        Leg[] pause = rule.Postponed ? [Leg.Postpone] : [];
        return new Queue<Leg>([.. start, .. way, .. pause, .. End(rule, options.DeliveryAttempts)]);
    }

    /// <summary>The number of remaining legs at which a shipment stalls; null where it does not stall.</summary>
    public static int? LegsAheadWhenStalled(ShipmentRule rule, int legs) => rule.StallsAt switch
    {
        ShipmentState.Requested => legs,
        ShipmentState.DispatchStarted => legs - 1,
        ShipmentState.Dispatched => legs - 2,
        ShipmentState.Shipping => legs - 3,
        _ => null,
    };

    private static IEnumerable<Leg> End(ShipmentRule rule, int attempts)
    {
        if (rule.ReturnedToSender)
        {
            return [Leg.FailDelivery, Leg.ReturnToSender];
        }

        var failures = Enumerable.Repeat(Leg.FailDelivery, Math.Min(rule.FailedDeliveries, attempts));
        Leg[] delivery = rule.LateScan ? [Leg.Deliver, Leg.Scan] : [Leg.Deliver];
        return rule.FailedDeliveries >= attempts ? failures : failures.Concat(delivery);
    }
}
