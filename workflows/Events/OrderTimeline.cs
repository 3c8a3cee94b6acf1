using System.Globalization;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Events;

/// <summary>
/// Makes the entries of an order's timeline. Their ids are derived from the change (<c>orderId/type/sequence</c>) and not from the time of writing, so
/// a retry or a replay produces the same ids.
/// </summary>
public static class OrderTimeline
{
    /// <summary>An event of ours, or another team's answer to a call of ours, under its owner's source.</summary>
    /// <param name="sequence">Distinguishes this change from others of its type on the order: an attempt, a shipment's id, or 1.</param>
    public static OrderEvent Event(string orderId, string type, string sequence, DateTimeOffset time, object data) =>
        new($"{orderId}/{type}/{sequence}", EventTypes.SourceOf(type), type, orderId, time, Json(data));

    /// <summary>An event as its owner published it, with its own id and source.</summary>
    public static OrderEvent Published(string orderId, PartnerEvent published) =>
        new(published.Id, published.Source, published.Type, orderId, published.Time, published.Data);

    /// <summary>
    /// An event of another team that the order's state no longer admits: the timeline shows it with the reason why it changed nothing, as
    /// <c>ignored</c> in its data.
    /// </summary>
    public static OrderEvent Ignored(string orderId, PartnerEvent published, string why)
    {
        var data = published.Data.ValueKind == JsonValueKind.Object
            ? published.Data.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal)
            : [];
        data["ignored"] = Json(why);
        return Published(orderId, published) with { Data = Json(data) };
    }

    /// <summary>A message to a person; it is sent once, by its idempotency key.</summary>
    public static OrderNotification Notification(string orderId, string to, string template, string sequence, object data) =>
        new($"{orderId}/notification/{template}/{sequence}", to, template, Json(data));

    /// <summary>A number as the sequence of an event.</summary>
    public static string Sequence(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, OrderJson.Options);
}
