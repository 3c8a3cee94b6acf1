using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Invariants;

/// <summary>The observed state of one order at rest: its view and timeline, and what the other teams' own books hold of it.</summary>
/// <param name="View">The order as its store shows it; absent where a refused order left no row.</param>
/// <param name="Timeline">Its events.</param>
/// <param name="Account">The account of it in the teams' books; absent where no team was called for it.</param>
/// <param name="Sent">What the notification team was asked to send.</param>
/// <param name="IsOver">Its workflow has ended, so nothing is still on its way.</param>
internal sealed record ObservedOrder(
    string OrderId, OrderView? View, IReadOnlyList<OrderEvent> Timeline, OrderAccount? Account, IReadOnlyList<SentNotification> Sent, bool IsOver)
{
    /// <summary>A step waits for an operator and its outcome is unknown, so only what must never happen is checked.</summary>
    public bool IsStuck => View?.Attention is not null;

    /// <summary>Events of these types that changed the order; those that are shown as ignored do not count.</summary>
    public IEnumerable<OrderEvent> Published(params string[] types) =>
        Timeline.Where(published => types.Contains(published.Type, StringComparer.Ordinal) && !IsIgnored(published));

    /// <summary>Units that were collected damaged and so never go back on a shelf.</summary>
    public long WrittenOff(string productId) => Published(EventTypes.ReturnPickedUp)
        .Where(published => new EventData(published.Data).Text("condition") == "defective")
        .SelectMany(published => LinesOf(new EventData(published.Data).Text("pickupId")!))
        .Where(line => line.ProductId == productId)
        .Sum(line => (long)line.Quantity);

    private static bool IsIgnored(OrderEvent published) =>
        published.Data.ValueKind == System.Text.Json.JsonValueKind.Object && published.Data.TryGetProperty("ignored", out _);

    private IEnumerable<LineQuantity> LinesOf(string pickupId) =>
        View!.Refunds.Where(refund => pickupId == $"{OrderId}-{refund.RefundId}").SelectMany(refund => refund.Lines)
            .Concat(View.Exchanges.Where(exchange => pickupId == $"{OrderId}-{exchange.ExchangeId}").SelectMany(exchange => exchange.Lines));
}
