using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Timeline;

/// <summary>An order's events, oldest first.</summary>
public sealed record CloudEventList(IReadOnlyList<CloudEventView> Items);
