using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>An event with its position in the feed.</summary>
/// <param name="Traceparent">The trace context in which it was written (W3C).</param>
public sealed record StoredEvent(FeedPosition Position, OrderEvent Event, string? Traceparent = null);

/// <summary>A position in the feed: events are ordered by the group they commit in, then by number.</summary>
public readonly record struct FeedPosition(long CommitGroup, long Number)
{
    public static FeedPosition Start => default;
}
