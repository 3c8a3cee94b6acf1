using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>An event of an order as a CloudEvent 1.0 in its JSON form: as shown by timelines and sent to subscribers.</summary>
public sealed record CloudEventView(
    string Specversion, string Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, JsonElement Data)
{
    public static CloudEventView Of(OrderEvent orderEvent) => new(
        "1.0", orderEvent.Id, orderEvent.Source, orderEvent.Type, orderEvent.OrderId, orderEvent.Time, "application/json", orderEvent.Data);
}
