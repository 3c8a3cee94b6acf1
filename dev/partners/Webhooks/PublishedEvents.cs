using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>All published events with their delivery status, in the order of publication. Not thread-safe: call it inside a state transaction.</summary>
internal sealed class PublishedEvents
{
    private readonly Dictionary<string, Delivery> deliveries = new(StringComparer.Ordinal);
    private readonly List<string> published = [];
    private readonly TeamsState state;

    public PublishedEvents(TeamsState state)
    {
        this.state = state;
        foreach (var delivery in state.Load<Delivery>(Kinds.Event))
        {
            deliveries.Add(delivery.Event.Id, delivery);
            published.Add(delivery.Event.Id);
        }
    }

    public Delivery this[string eventId] => deliveries[eventId];

    public IEnumerable<Delivery> All => published.Select(id => deliveries[id]);

    public Delivery? Find(string eventId) => deliveries.GetValueOrDefault(eventId);

    public void Add(Delivery delivery)
    {
        published.Add(delivery.Event.Id);
        Put(delivery);
    }

    public void Put(Delivery delivery)
    {
        deliveries[delivery.Event.Id] = delivery;
        state.Keep(Kinds.Event, delivery.Event.Id, delivery);
    }
}
