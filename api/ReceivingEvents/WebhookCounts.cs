using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>Counts received events by team, type and outcome (contract §5). Labels come from fixed lists, which bounds their number.</summary>
internal static class WebhookCounts
{
    private const string TeamSource = "/teams/";

    /// <param name="source">The team that signed; <c>null</c> for an unknown signature.</param>
    /// <param name="type">The event's type; <c>null</c> where it could not be read.</param>
    public static void Add(string? source, string? type, WebhookOutcome outcome) => OrderMetrics.WebhookReceived(
        source is not null && source.StartsWith(TeamSource, StringComparison.Ordinal) ? source[TeamSource.Length..] : "unknown",
        source is not null && type is not null && EventCatalogue.Admits(source, type) ? type : "other",
        outcome);
}
