using System.Diagnostics.Metrics;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// The counters of contract §5. Each is called once per fact, after the fact is durable: a repeat (of an activity, a request, a webhook) must not be
/// counted again. Labels are taken from short lists; any other value becomes <c>other</c>, so that no label contains an id.
/// </summary>
public static class OrderMetrics
{
    private const int LongestLabel = 40;

    private static readonly Counter<long> PlacedOrders = OrderTelemetry.Meter.CreateCounter<long>(
        "orders.placed", description: "Orders that got an id.");

    private static readonly Counter<long> EndedOrders = OrderTelemetry.Meter.CreateCounter<long>(
        "orders.ended", description: "Orders that completed, were cancelled or wholly refunded.");

    private static readonly Counter<long> Differences = OrderTelemetry.Meter.CreateCounter<long>(
        "reconciliation.differences", description: "Differences between our ledgers and the payment team's books.");

    private static readonly Counter<long> Exceptions = OrderTelemetry.Meter.CreateCounter<long>(
        "workflow.exceptions", description: "Exceptions in workflow code that are no failure of Temporal's.");

    private static readonly Counter<long> PaidWon = OrderTelemetry.Meter.CreateCounter<long>(
        "payments.won", description: "Won that the payment team took for orders.");

    private static readonly Counter<long> RefundedWon = OrderTelemetry.Meter.CreateCounter<long>(
        "refunds.won", description: "Won that the payment team gave back: asked for by us, or by others.");

    private static readonly (OrderStatus Status, string Reason)[] EndReasons =
    [
        (OrderStatus.Completed, "customer"), (OrderStatus.Completed, "auto"),
        .. Enum.GetValues<CancelReason>().Select(reason => (OrderStatus.Cancelled, KebabCase.Name(reason))),
        .. new[] { RefundReasons.ChangeOfMind, RefundReasons.Defective, RefundReasons.WrongItem, RefundReasons.Undeliverable }.Select(reason => (OrderStatus.Refunded, reason)),
    ];

    private static readonly Counter<long> Webhooks = OrderTelemetry.Meter.CreateCounter<long>(
        "webhooks.received", description: "Events that were sent to POST /v1/events.");

    /// <summary>An order got an id, also one with a shortage. The API calls it once the order was started, and not for a repeated request.</summary>
    public static void Placed() => PlacedOrders.Add(1);

    /// <summary>An order ended. Called after the transaction that first stored it as ended; a record that is stored again is not counted again.</summary>
    /// <param name="reason">Why it was cancelled (<c>stock-shortage</c>, …); of a completed one <c>customer</c> or <c>auto</c>.</param>
    public static void Ended(OrderStatus status, string reason) => EndedOrders.Add(
        1, new("status", KebabCase.Name(status)), new("reason", Label(reason)));

    /// <summary>Card money of an order was charged. Called after the entry of its ledger is stored.</summary>
    public static void Paid(long won) => PaidWon.Add(won);

    /// <summary>Card money of an order was refunded. Called after the entry of its ledger is stored.</summary>
    /// <param name="isForeign">Not requested by us, but by the payment team's staff or the customer's bank.</param>
    public static void Refunded(long won, bool isForeign) => RefundedWon.Add(won, new KeyValuePair<string, object?>("origin", isForeign ? "foreign" : "own"));

    /// <summary>
    /// Exports a worker's counters at zero from its start: a series that begins with its first count is no increase to a dashboard or an alert.
    /// </summary>
    public static void ShowWorkersCounters(IEnumerable<string> workflows)
    {
        PaidWon.Add(0);
        Refunded(0, isForeign: false);
        Refunded(0, isForeign: true);
        foreach (var workflow in workflows)
        {
            Exceptions.Add(0, new KeyValuePair<string, object?>("workflow", workflow));
        }

        foreach (var (status, reason) in EndReasons)
        {
            EndedOrders.Add(0, new("status", KebabCase.Name(status)), new("reason", reason));
        }
    }

    /// <summary>The same for the API's counters.</summary>
    /// <param name="types">The event types that each team may send us.</param>
    public static void ShowApisCounters(IEnumerable<(string Team, string Type)> types)
    {
        PlacedOrders.Add(0);
        foreach (var (team, type) in types)
        {
            foreach (var outcome in new[] { WebhookOutcome.Accepted, WebhookOutcome.Repeated, WebhookOutcome.Ignored, WebhookOutcome.UnknownOrder })
            {
                Webhooks.Add(0, new("team", team), new("type", type), new("outcome", Name(outcome)));
            }
        }
    }

    /// <summary>A reconciliation found a difference that no earlier run of the same day had found. Called after it is stored.</summary>
    /// <param name="kind">A kind of contract §1: <c>amount</c>, <c>missing-here</c>, …</param>
    public static void ReconciliationDifference(string kind) => Differences.Add(1, new KeyValuePair<string, object?>("kind", Label(kind)));

    /// <summary>Exports a kind of difference at zero: a series that begins with its first difference would be no increase to an alert.</summary>
    public static void ReconciliationKind(string kind) => Differences.Add(0, new KeyValuePair<string, object?>("kind", Label(kind)));

    /// <summary>
    /// Workflow code threw an exception that is not a Temporal failure. The interceptor counts those that fail a workflow task; workflow code that
    /// catches them and requests an intervention calls it itself, and not in a replay.
    /// </summary>
    public static void WorkflowException(string workflow) => Exceptions.Add(1, new KeyValuePair<string, object?>("workflow", workflow));

    /// <summary>An event was sent to us.</summary>
    /// <param name="team">The team that signed it; <c>unknown</c> if no known team did.</param>
    /// <param name="type">A type of the catalogue; <c>other</c> if it is not one of that team's.</param>
    public static void WebhookReceived(string team, string type, WebhookOutcome outcome) => Webhooks.Add(
        1, new("team", team), new("type", type), new("outcome", Name(outcome)));

    /// <summary>Our own label values consist of lower-case letters and hyphens; ids and names do not.</summary>
    internal static string Label(string text) =>
        text.Length is > 0 and <= LongestLabel && text.All(c => c is (>= 'a' and <= 'z') or '-') ? text : "other";

    private static string Name(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Accepted => "accepted",
        WebhookOutcome.Repeated => "repeated",
        WebhookOutcome.Ignored => "ignored",
        WebhookOutcome.UnknownOrder => "unknown-order",
        WebhookOutcome.BadSignature => "bad-signature",
        WebhookOutcome.Malformed => "malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}

/// <summary>The result of an event that was sent to us (contract §5).</summary>
public enum WebhookOutcome
{
    Accepted,

    /// <summary>Its id was received before from the same source.</summary>
    Repeated,

    /// <summary>Shown on the timeline, without any other effect.</summary>
    Ignored,
    UnknownOrder,
    BadSignature,
    Malformed,
}
