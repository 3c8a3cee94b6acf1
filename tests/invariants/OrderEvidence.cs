using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Invariants;

/// <summary>All that is known of one order that rests: how it is told to the harness, and what the other teams' own books say.</summary>
/// <param name="View">How the order store tells it; absent where a refused order left nothing.</param>
/// <param name="Timeline">Its events.</param>
/// <param name="Account">The teams' account of it; absent where no team has heard of it.</param>
/// <param name="Sent">What the notification team was asked to send.</param>
/// <param name="IsOver">Its workflow has ended: nothing is uncertain any more.</param>
internal sealed record OrderEvidence(
    string OrderId, OrderView? View, IReadOnlyList<OrderEvent> Timeline, OrderAccount? Account, IReadOnlyList<SentNotification> Sent, bool IsOver)
{
    /// <summary>An operator is asked about a step: whether it happened is not known, so only what may never happen is judged.</summary>
    public bool IsStuck => View?.Attention is not null;

    /// <summary>Events that changed the order: not those that were only shown as ignored.</summary>
    public IEnumerable<OrderEvent> Told(params string[] types) => Timeline.Where(told => types.Contains(told.Type, StringComparer.Ordinal) && !IsIgnored(told));

    /// <summary>Units that were collected damaged and so never go back on a shelf.</summary>
    public long WrittenOff(string productId) => Told(EventTypes.ReturnPickedUp)
        .Where(told => new EventData(told.Data).Text("condition") == "defective")
        .SelectMany(told => LinesOf(new EventData(told.Data).Text("pickupId")!))
        .Where(line => line.ProductId == productId)
        .Sum(line => (long)line.Quantity);

    private static bool IsIgnored(OrderEvent told) => told.Data.ValueKind == System.Text.Json.JsonValueKind.Object && told.Data.TryGetProperty("ignored", out _);

    private IEnumerable<LineQuantity> LinesOf(string pickupId) =>
        View!.Refunds.Where(refund => pickupId == $"{OrderId}-{refund.RefundId}").SelectMany(refund => refund.Lines)
            .Concat(View.Exchanges.Where(exchange => pickupId == $"{OrderId}-{exchange.ExchangeId}").SelectMany(exchange => exchange.Lines));
}
