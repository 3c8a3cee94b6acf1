using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>
/// The logistics team with a courier: shipments go through picking, dispatch and delivery automatically (or by hand), and each step is published.
/// Until dispatch a shipment can be cancelled and its address changed; afterwards both are rejected (출고 후 배송지 변경 불가).
/// </summary>
public sealed class LogisticsTeam
{
    private const string Collecting = "pick up";
    private readonly Dictionary<string, Shipment> shipments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pickup> pickups = new(StringComparer.Ordinal);
    private readonly PartnersOptions options;
    private readonly TeamsState state;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly LogisticsEvents events;
    private readonly Ids ids;

    internal LogisticsTeam(PartnersOptions options, TeamsState state, StepQueue steps, ScenarioBook scenarios, LogisticsEvents events, Ids ids)
    {
        this.options = options;
        this.state = state;
        this.steps = steps;
        this.scenarios = scenarios;
        this.events = events;
        this.ids = ids;
        steps.Handle(Team.Logistics, HandleAction);
        foreach (var shipment in state.Load<Shipment>(Kinds.Shipment))
        {
            shipments.Add(shipment.Request.ShipmentId, shipment);
        }

        foreach (var pickup in state.Load<Pickup>(Kinds.Pickup))
        {
            pickups.Add(pickup.Request.PickupId, pickup);
        }
    }

    /// <summary>The shipments of an order, in the order of their requests.</summary>
    public IReadOnlyList<ShipmentInfo> OfOrder(string orderId)
    {
        using (state.Enter())
        {
            return [.. shipments.Values.Where(s => s.Request.OrderId == orderId).Select(s => s.Info)];
        }
    }

    internal ShipmentInfo Get(string shipmentId)
    {
        using (state.Enter())
        {
            return Find(shipmentId).Info;
        }
    }

    internal ShipmentInfo Ship(ShipmentRequest request)
    {
        Require.Text(request.ShipmentId, "shipmentId");
        Require.Text(request.OrderId, "orderId");
        Require.Text(request.WarehouseId, "warehouseId");
        Require.Lines(request.Lines);
        RefuseUndeliverable(request.ShipTo);
        using (state.Enter())
        {
            if (shipments.ContainsKey(request.ShipmentId))
            {
                throw RefusalException.Conflict("shipment-exists", $"shipment {request.ShipmentId} was requested before");
            }

            var rule = scenarios.ForShipment(
                request.OrderId, request.ShipmentId, request.WarehouseId, request.ShipTo.Recipient, request.Note);
            var legs = Itinerary.Of(rule, options);
            var shipment = new Shipment(request, rule, legs) { StallsWithAhead = Itinerary.LegsAheadWhenStalled(rule, legs.Count) };
            shipments.Add(request.ShipmentId, shipment);
            Keep(shipment);
            PlanNext(shipment);
            return shipment.Info;
        }
    }

    internal ShipmentInfo Cancel(string shipmentId)
    {
        using (state.Enter())
        {
            var shipment = Find(shipmentId);
            if (shipment.State != ShipmentState.Cancelled)
            {
                RefuseTooLate(shipment);
                shipment.State = ShipmentState.Cancelled;
                shipment.Ahead.Clear();
                Keep(shipment);
            }

            return shipment.Info;
        }
    }

    internal ShipmentInfo ChangeAddress(string shipmentId, Address address)
    {
        RefuseUndeliverable(address);
        using (state.Enter())
        {
            var shipment = Find(shipmentId);
            RefuseTooLate(shipment);
            shipment.ShipTo = address;
            Keep(shipment);
            return shipment.Info;
        }
    }

    internal ShipmentInfo Return(string shipmentId)
    {
        using (state.Enter())
        {
            var shipment = Find(shipmentId);
            switch (shipment.State)
            {
                case ShipmentState.Undelivered:
                    shipment.State = ShipmentState.Returning;
                    shipment.Ahead.Enqueue(Leg.ReturnToSender);
                    Keep(shipment);
                    PlanNext(shipment);
                    break;
                case ShipmentState.Returning or ShipmentState.Returned:
                    break;
                default:
                    throw RefusalException.Conflict(
                        "delivery-still-tried", $"goods are called back after failed delivery {options.DeliveryAttempts}");
            }

            return shipment.Info;
        }
    }

    internal PickupInfo PickUp(PickupRequest request)
    {
        Require.Text(request.PickupId, "pickupId");
        Require.Text(request.OrderId, "orderId");
        Require.Lines(request.Lines);
        RefuseUndeliverable(request.From);
        using (state.Enter())
        {
            if (pickups.ContainsKey(request.PickupId))
            {
                throw RefusalException.Conflict("pickup-exists", $"pickup {request.PickupId} was requested before");
            }

            var pickup = new Pickup(request, scenarios.ForPickup(request.OrderId, request.From.Recipient));
            pickups.Add(request.PickupId, pickup);
            Keep(pickup);
            steps.Plan(Team.Logistics, request.OrderId, new ScheduledAction(Collecting, request.PickupId), byHand: pickup.Rule.ByHand);
            return pickup.Info;
        }
    }

    internal T Read<T>(Func<IReadOnlyCollection<Shipment>, IReadOnlyCollection<Pickup>, T> reader)
    {
        using (state.Enter())
        {
            return reader(shipments.Values, pickups.Values);
        }
    }

    private static void RefuseUndeliverable(Address address)
    {
        if (!PostalCodes.Of(address.PostalCode).Deliverable)
        {
            throw RefusalException.Unprocessable("undeliverable-address", $"nobody delivers to {address.PostalCode}");
        }
    }

    private static void RefuseTooLate(Shipment shipment)
    {
        if (shipment.Rule.RefuseCancel || !shipment.IsBeforeDispatch)
        {
            throw RefusalException.Conflict("too-late", $"shipment {shipment.Request.ShipmentId} is {shipment.State}");
        }
    }

    private Shipment Find(string shipmentId) =>
        shipments.GetValueOrDefault(shipmentId) ?? throw RefusalException.NotFound("shipment", shipmentId);

    private void Keep(Shipment shipment) => state.Keep(Kinds.Shipment, shipment.Request.ShipmentId, shipment);

    private void Keep(Pickup pickup) => state.Keep(Kinds.Pickup, pickup.Request.PickupId, pickup);

    private void HandleAction(ScheduledAction action)
    {
        if (action.Verb == Collecting)
        {
            Collect(pickups[action.Of]);
        }
        else
        {
            Advance(Find(action.Of));
        }
    }

    private void Collect(Pickup pickup)
    {
        pickup.PickedUpAt = options.TimeProvider.GetUtcNow();
        Keep(pickup);
        events.PickedUp(pickup);
    }

    private void PlanNext(Shipment shipment)
    {
        if (shipment.Ahead.TryPeek(out var leg))
        {
            steps.Plan(
                Team.Logistics, shipment.Request.OrderId, new ScheduledAction($"{leg}", shipment.Request.ShipmentId), byHand: shipment.WaitsForHand);
        }
    }

    private void Advance(Shipment shipment)
    {
        if (shipment.Ahead.TryDequeue(out var leg))
        {
            Advance(shipment, leg);
            Keep(shipment);
            PlanNext(shipment);
        }
    }

    private void Advance(Shipment shipment, Leg leg)
    {
        switch (leg)
        {
            case Leg.StartDispatch:
                shipment.State = ShipmentState.DispatchStarted;
                events.DispatchStarted(shipment);
                break;
            case Leg.Dispatch:
                shipment.State = ShipmentState.Dispatched;
                shipment.Waybill = ids.Next("wb");
                shipment.Carrier = "CJ대한통운";
                events.Dispatched(shipment);
                break;
            case Leg.StartShipping:
                shipment.State = ShipmentState.Shipping;
                events.ShippingStarted(shipment);
                break;
            case Leg.Scan:
                shipment.Scans++;
                events.Scanned(shipment);
                break;
            case Leg.Postpone:
                events.Postponed(shipment);
                break;
            case Leg.FailDelivery:
                FailDelivery(shipment);
                break;
            case Leg.Deliver:
                shipment.State = ShipmentState.Delivered;
                events.Delivered(shipment);
                break;
            default:
                shipment.State = ShipmentState.Returned;
                events.ReturnedToSender(shipment);
                break;
        }
    }

    private void FailDelivery(Shipment shipment)
    {
        shipment.FailedDeliveries++;
        var isRetried = shipment.Ahead.TryPeek(out var next) && next != Leg.ReturnToSender;
        if (!isRetried)
        {
            shipment.State = shipment.Ahead.Count == 0 ? ShipmentState.Undelivered : ShipmentState.Returning;
        }

        events.DeliveryFailed(shipment, isRetried);
    }
}
