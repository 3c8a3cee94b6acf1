using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>Counts the events that are sent to us by team, type and outcome (contract §5), with labels from our own lists alone.</summary>
internal static class WebhookCounts
{
    private const string TeamSource = "/teams/";

    /// <param name="source">The team that signed; <c>null</c>: nobody we know.</param>
    /// <param name="type">What the event says it is, as far as it could be read.</param>
    public static void Add(string? source, string? type, WebhookOutcome outcome) => OrderMetrics.WebhookReceived(
        source is not null && source.StartsWith(TeamSource, StringComparison.Ordinal) ? source[TeamSource.Length..] : "unknown",
        source is not null && type is not null && EventCatalogue.Admits(source, type) ? type : "other",
        outcome);
}
