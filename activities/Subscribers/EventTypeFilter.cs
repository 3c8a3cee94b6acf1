using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>
/// The event types that a subscriber receives: whole names, or prefixes (<c>order.*</c>, <c>order.refund-*</c>, <c>*</c>). Only events that the order
/// team publishes are sent: the team that changes the state publishes the event (seed §6.3), so events of other teams are not forwarded.
/// </summary>
public sealed class EventTypeFilter
{
    private static readonly IReadOnlyList<string> Published =
        [.. EventCatalogue.All.Where(type => type.Direction == EventDirection.Published).Select(type => type.Type)];

    private readonly HashSet<string> types;

    private EventTypeFilter(HashSet<string> types) => this.types = types;

    /// <exception cref="FormatException">A pattern matches no published event type.</exception>
    public static EventTypeFilter Of(IReadOnlyList<string> patterns)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var named = Published.Where(type => Matches(pattern, type)).ToList();
            if (named.Count == 0)
            {
                throw new FormatException($"'{pattern}' names no event type that is published; see GET /v1/event-types");
            }

            types.UnionWith(named);
        }

        return types.Count > 0 ? new EventTypeFilter(types) : throw new FormatException("no event type is named; * names all");
    }

    public bool Admits(string type) => types.Contains(type);

    private static bool Matches(string pattern, string type) => pattern.EndsWith('*')
        ? type.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : string.Equals(pattern, type, StringComparison.Ordinal);
}
