using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>A receiver of order events over HTTP.</summary>
/// <param name="Name">In lower case: the same subscriber however a host's configuration spells it.</param>
/// <param name="Secrets">Each signs every event; two while one replaces the other.</param>
public sealed record Subscriber(string Name, Uri Url, IReadOnlyList<byte[]> Secrets, EventTypeFilter Types)
{
    public bool Wants(OrderEvent orderEvent) => Types.Admits(orderEvent.Type);
}
