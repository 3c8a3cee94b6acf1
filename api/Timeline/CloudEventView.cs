using System.Text.Json;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Timeline;

/// <summary>An event of an order as a CloudEvent 1.0 in its JSON form.</summary>
public sealed record CloudEventView(
    string Specversion, string Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, JsonElement Data)
{
    internal static CloudEventView Of(StoredEvent stored)
    {
        var orderEvent = stored.Event;
        return new CloudEventView(
            "1.0", orderEvent.Id, orderEvent.Source, orderEvent.Type, orderEvent.OrderId, orderEvent.Time, "application/json", orderEvent.Data);
    }
}

/// <summary>An order's events, oldest first.</summary>
public sealed record CloudEventList(IReadOnlyList<CloudEventView> Items);
