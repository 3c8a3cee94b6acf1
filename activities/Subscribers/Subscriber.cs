using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>A receiver of order events over HTTP.</summary>
/// <param name="Name">In lower case, so that the spelling in a host's configuration does not matter.</param>
/// <param name="Secrets">Each signs every event; two while a secret is being replaced.</param>
public sealed record Subscriber(string Name, Uri Url, IReadOnlyList<byte[]> Secrets, EventTypeFilter Types)
{
    public bool Wants(OrderEvent orderEvent) => Types.Admits(orderEvent.Type);
}
