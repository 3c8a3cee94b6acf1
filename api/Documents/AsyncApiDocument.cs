using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Documents;

/// <summary>
/// <c>/asyncapi/v1.json</c>: every published and received event as AsyncAPI 3, generated from <see cref="EventCatalogue"/>. There are three channels:
/// our webhooks to subscribers, an order's timeline, and the other teams' webhooks to us.
/// </summary>
internal static class AsyncApiDocument
{
    private const string CloudEvents = "application/cloudevents+json";

    public static string Text { get; } = Build().ToJsonString(OrderJson.Options);

    private static JsonObject Build()
    {
        var published = EventCatalogue.All.Where(type => type.Direction == EventDirection.Published).ToList();
        var received = EventCatalogue.All.Where(type => type.Direction == EventDirection.Received).ToList();
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Order orchestration events",
                ["version"] = "1.0.0",
                ["description"] = "CloudEvents 1.0 in JSON. The owner of a state publishes its events; the first segment of the type names it.",
                ["license"] = new JsonObject { ["name"] = "Proprietary" },
            },
            ["defaultContentType"] = CloudEvents,
            ["channels"] = new JsonObject
            {
                ["subscribers"] = Channel(null, "Webhooks to this service's subscribers, signed per Standard Webhooks.", published),
                ["timeline"] = Channel("/v1/orders/{orderId}/events", "An order's timeline as a list or, with Accept: text/event-stream, as a stream.", EventCatalogue.All, "orderId"),
                ["events"] = Channel("/v1/events", "The other teams' webhooks, structured or in a batch, signed per Standard Webhooks.", received),
            },
            ["operations"] = new JsonObject
            {
                ["publish"] = Operation("send", "subscribers", "Every published event is sent after its commit; events of one order are sent in order.", "signature"),
                ["readTimeline"] = Operation("send", "timeline", "An order's events, of all owners.", "bearer"),
                ["receive"] = Operation("receive", "events", "Events of the other teams.", "signature"),
            },
            ["components"] = new JsonObject
            {
                ["messages"] = Named(EventCatalogue.All, type => type.Type, Message),
                ["schemas"] = Named(EventCatalogue.All, type => type.Type, Payload),
                ["securitySchemes"] = new JsonObject
                {
                    ["signature"] = new JsonObject
                    {
                        ["type"] = "httpApiKey",
                        ["in"] = "header",
                        ["name"] = "webhook-signature",
                        ["description"] = "Standard Webhooks: HMAC-SHA256 over id, time and body with the shared secret.",
                    },
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A member's, a member of staff's or a guest's token." },
                },
            },
        };
    }

    private static JsonObject Channel(string? address, string description, IEnumerable<EventDescription> types, string? parameter = null)
    {
        var channel = new JsonObject
        {
            ["description"] = description,
            ["messages"] = Named(types, type => type.Type, type => Reference("#/components/messages/" + type.Type)),
        };
        if (address is not null)
        {
            channel["address"] = address; // Absent for the subscribers' webhooks: each subscriber configures its own URL.
        }

        if (parameter is not null)
        {
            channel["parameters"] = new JsonObject { [parameter] = new JsonObject { ["description"] = "The order." } };
        }

        return channel;
    }

    private static JsonObject Operation(string action, string channel, string summary, string security) => new()
    {
        ["action"] = action,
        ["channel"] = Reference("#/channels/" + channel),
        ["summary"] = summary,
        ["security"] = new JsonArray(Reference("#/components/securitySchemes/" + security)),
    };

    private static JsonObject Message(EventDescription type) => new()
    {
        ["name"] = type.Type,
        ["title"] = type.KoreanName,
        ["summary"] = $"{(type.Direction == EventDirection.Published ? "Published by" : "Received from")} {type.Owner}.",
        ["contentType"] = CloudEvents,
        ["payload"] = Reference("#/components/schemas/" + type.Type),
    };

    private static JsonObject Payload(EventDescription type)
    {
        var fields = new JsonObject();
        foreach (var field in type.DataFields)
        {
            fields[field] = EventFields.SchemaOf(field);
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("specversion", "id", "source", "type", "subject", "time", "data"),
            ["properties"] = new JsonObject
            {
                ["specversion"] = new JsonObject { ["const"] = "1.0" },
                ["id"] = new JsonObject { ["type"] = "string", ["description"] = "Unique within its source." },
                ["source"] = new JsonObject { ["const"] = EventTypes.SourceOf(type.Type) },
                ["type"] = new JsonObject { ["const"] = type.Type },
                ["subject"] = new JsonObject { ["type"] = "string" },
                ["time"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
                ["datacontenttype"] = new JsonObject { ["const"] = "application/json" },
                ["data"] = new JsonObject { ["type"] = "object", ["properties"] = fields },
            },
        };
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    private static JsonObject Named(IEnumerable<EventDescription> types, Func<EventDescription, string> name, Func<EventDescription, JsonNode> value) =>
        new(types.Select(type => KeyValuePair.Create(name(type), (JsonNode?)value(type))));
}
