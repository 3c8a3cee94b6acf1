using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>
/// Rules for deviations from the normal course of business. Rules are evaluated newest first. Where none applies, the payment method's suffix
/// (<c>card-limit-exceeded</c>) or a marker in the recipient or delivery note (<c>#absent-once</c>) decides; otherwise everything succeeds.
/// </summary>
public sealed class ScenarioBook
{
    private const long LongestPauseMs = 30L * 24 * 60 * 60 * 1000;
    private const long MostTrackingUpdates = 100;
    private readonly RuleList<PaymentRule> payments;
    private readonly RuleList<ShipmentRule> shipments;
    private readonly RuleList<PickupRule> pickups;
    private readonly RuleList<PayoutRule> payouts;
    private readonly RuleList<RefundRule> refunds;
    private readonly TeamsState state;

    internal ScenarioBook(TeamsState state)
    {
        this.state = state;
        payments = new(state, "payment", rule => rule.Count);
        shipments = new(state, "shipment", rule => rule.Count);
        pickups = new(state, "pickup", rule => rule.Count);
        payouts = new(state, "payout", rule => rule.Count);
        refunds = new(state, "refund", rule => rule.Count);
    }

    /// <summary>The active rules, newest first.</summary>
    public IReadOnlyList<PaymentRule> Payments => payments.All;

    /// <summary>The active rules, newest first.</summary>
    public IReadOnlyList<ShipmentRule> Shipments => shipments.All;

    /// <summary>The active rules, newest first.</summary>
    public IReadOnlyList<PickupRule> Pickups => pickups.All;

    /// <summary>The active rules, newest first.</summary>
    public IReadOnlyList<PayoutRule> Payouts => payouts.All;

    /// <summary>The active rules, newest first.</summary>
    public IReadOnlyList<RefundRule> Refunds => refunds.All;

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule is invalid (400).</exception>
    public void Add(PaymentRule rule)
    {
        Check(rule);
        payments.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule is invalid (400).</exception>
    public void Add(ShipmentRule rule)
    {
        Check(rule);
        shipments.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule is invalid (400).</exception>
    public void Add(PickupRule rule)
    {
        Check(rule);
        pickups.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule is invalid (400).</exception>
    public void Add(PayoutRule rule)
    {
        Check(rule);
        payouts.Add(rule);
    }

    /// <summary>Adds a rule before the others.</summary>
    /// <exception cref="RefusalException">The rule is invalid (400).</exception>
    public void Add(RefundRule rule)
    {
        Check(rule);
        refunds.Add(rule);
    }

    /// <summary>Adds the rules of a change before the existing ones, in their given order.</summary>
    internal void Add(ScenarioChange change)
    {
        AddAll(change.Payments, Add);
        AddAll(change.Refunds, Add);
        AddAll(change.Shipments, Add);
        AddAll(change.Pickups, Add);
        AddAll(change.Payouts, Add);

        static void AddAll<T>(IReadOnlyList<T>? rules, Action<T> add)
        {
            foreach (var rule in (rules ?? []).Reverse())
            {
                add(rule);
            }
        }
    }

    /// <summary>Removes all rules.</summary>
    public void Clear()
    {
        using (state.Enter())
        {
            payments.Clear();
            shipments.Clear();
            pickups.Clear();
            payouts.Clear();
            refunds.Clear();
        }
    }

    internal static void Check(PaymentRule rule)
    {
        Require.Between(0, rule.AfterMs ?? 0, LongestPauseMs, "afterMs");
        Require.Between(0, rule.Count ?? 0, "count");
        Require.Positive(rule.ApprovedAmount ?? 1, "approvedAmount");
    }

    internal static void Check(RefundRule rule)
    {
        Require.Between(0, rule.AfterMs ?? 0, LongestPauseMs, "afterMs");
        Require.Between(0, rule.Count ?? 0, "count");
        Require.Positive(rule.Amount ?? 1, "amount");
    }

    internal static void Check(PickupRule rule) => Require.Between(0, rule.Count ?? 0, "count");

    internal static void Check(PayoutRule rule)
    {
        Require.Between(0, rule.ThenAfterMs ?? 0, LongestPauseMs, "thenAfterMs");
        Require.Between(0, rule.Count ?? 0, "count");
        Require.Positive(rule.PaidAmount ?? 1, "paidAmount");
        if (rule.Then is PayoutState.Requested)
        {
            throw RefusalException.Invalid("then is completed or failed");
        }
    }

    internal static void Check(ShipmentRule rule)
    {
        Require.Between(0, rule.FailedDeliveries, "failedDeliveries");
        Require.Between(0, rule.TrackingUpdates ?? 0, MostTrackingUpdates, "trackingUpdates");
        Require.Between(0, rule.Count ?? 0, "count");
        if (rule.StallsAt is not (null or ShipmentState.Requested or ShipmentState.DispatchStarted or ShipmentState.Dispatched or ShipmentState.Shipping))
        {
            throw RefusalException.Invalid("stallsAt is requested, dispatch-started, dispatched or shipping");
        }
    }

    internal PaymentRule ForPayment(string orderId, int attempt, string method) =>
        payments.Use(r => (r.OrderId is null || r.OrderId == orderId) && (r.Method is null || r.Method == method)
            && (r.Attempt is null || r.Attempt == attempt)) ?? Markers.OfMethod(method);

    internal ShipmentRule ForShipment(string orderId, string shipmentId, string warehouseId, string? recipient, string? note) =>
        shipments.Use(r => (r.OrderId is null || r.OrderId == orderId) && (r.ShipmentId is null || r.ShipmentId == shipmentId)
            && (r.WarehouseId is null || r.WarehouseId == warehouseId)) ?? Markers.OfShipment($"{recipient} {note}");

    internal PickupRule ForPickup(string orderId, string? recipient) =>
        pickups.Use(r => r.OrderId is null || r.OrderId == orderId) ?? Markers.OfPickup(recipient ?? string.Empty);

    internal PayoutRule ForPayout(string sellerId, string payoutId) =>
        payouts.Use(r => (r.SellerId is null || r.SellerId == sellerId) && (r.PayoutId is null || r.PayoutId == payoutId)) ?? new PayoutRule();

    /// <returns>Null where the payment's own rule decides.</returns>
    internal RefundRule? ForRefund(string orderId, string refundId) =>
        refunds.Use(r => (r.OrderId is null || r.OrderId == orderId) && (r.RefundId is null || r.RefundId == refundId));
}
