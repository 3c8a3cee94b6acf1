using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>
/// What the teams will do out of the ordinary. Rules are tried newest first; where none applies, the payment method's ending
/// (<c>card-limit-exceeded</c>) or a marker in the recipient or delivery note (<c>#absent-once</c>) decides; else all goes well.
/// </summary>
public sealed class ScenarioBook
{
    private const long LongestPauseMs = 30L * 24 * 60 * 60 * 1000;
    private const long MostTrackingUpdates = 100;
    private readonly RuleList<PaymentRule> payments;
    private readonly RuleList<ShipmentRule> shipments;
    private readonly RuleList<PickupRule> pickups;
    private readonly RuleList<PayoutRule> payouts;
    private readonly TeamsState state;

    internal ScenarioBook(TeamsState state)
    {
        this.state = state;
        payments = new(state, "payment", rule => rule.Count);
        shipments = new(state, "shipment", rule => rule.Count);
        pickups = new(state, "pickup", _ => null);
        payouts = new(state, "payout", rule => rule.Count);
    }

    /// <summary>The rules in force, newest first.</summary>
    public IReadOnlyList<PaymentRule> Payments => payments.All;

    /// <summary>The rules in force, newest first.</summary>
    public IReadOnlyList<ShipmentRule> Shipments => shipments.All;

    /// <summary>The rules in force, newest first.</summary>
    public IReadOnlyList<PickupRule> Pickups => pickups.All;

    /// <summary>The rules in force, newest first.</summary>
    public IReadOnlyList<PayoutRule> Payouts => payouts.All;

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule makes no sense (400).</exception>
    public void Add(PaymentRule rule)
    {
        Check(rule);
        payments.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule makes no sense (400).</exception>
    public void Add(ShipmentRule rule)
    {
        Check(rule);
        shipments.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    public void Add(PickupRule rule) => pickups.Add(rule);

    /// <summary>Adds a rule before the others.</summary>
    public void Add(PayoutRule rule) => payouts.Add(rule);

    /// <summary>Adds the rules of a change, the first one before the others.</summary>
    internal void Add(ScenarioChange change)
    {
        foreach (var rule in (change.Payments ?? []).Reverse())
        {
            Add(rule);
        }

        foreach (var rule in (change.Shipments ?? []).Reverse())
        {
            Add(rule);
        }

        foreach (var rule in (change.Pickups ?? []).Reverse())
        {
            Add(rule);
        }

        foreach (var rule in (change.Payouts ?? []).Reverse())
        {
            Add(rule);
        }
    }

    /// <summary>Forgets every rule.</summary>
    public void Clear()
    {
        using (state.Enter())
        {
            payments.Clear();
            shipments.Clear();
            pickups.Clear();
            payouts.Clear();
        }
    }

    internal static void Check(PaymentRule rule)
    {
        Require.Between(0, rule.AfterMs ?? 0, LongestPauseMs, "afterMs");
        Require.Between(0, rule.Count ?? 0, "count");
    }

    internal static void Check(ShipmentRule rule)
    {
        Require.Between(0, rule.FailedDeliveries, "failedDeliveries");
        Require.Between(0, rule.TrackingUpdates ?? 0, MostTrackingUpdates, "trackingUpdates");
        Require.Between(0, rule.Count ?? 0, "count");
    }

    internal PaymentRule ForPayment(string orderId, int attempt, string method) =>
        payments.Use(r => (r.OrderId is null || r.OrderId == orderId) && (r.Method is null || r.Method == method)
            && (r.Attempt is null || r.Attempt == attempt)) ?? Markers.OfMethod(method);

    internal ShipmentRule ForShipment(string orderId, string shipmentId, string warehouseId, string? recipient, string? note) =>
        shipments.Use(r => (r.OrderId is null || r.OrderId == orderId) && (r.ShipmentId is null || r.ShipmentId == shipmentId)
            && (r.WarehouseId is null || r.WarehouseId == warehouseId)) ?? Markers.OfShipment($"{recipient} {note}");

    internal PickupRule ForPickup(string orderId, string? recipient) =>
        pickups.Use(r => r.OrderId is null || r.OrderId == orderId) ?? Markers.OfPickup(recipient ?? string.Empty);

    internal PayoutRule ForPayout(string sellerId) =>
        payouts.Use(r => r.SellerId is null || r.SellerId == sellerId) ?? new PayoutRule();
}
