using System.Globalization;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Events;

/// <summary>
/// Makes the entries of an order's timeline. Their ids follow from what happened (<c>orderId/type/sequence</c>), never from when it was written,
/// so the same change has the same id whatever is retried or replayed.
/// </summary>
public static class OrderTimeline
{
    /// <summary>An event of ours, or another team's answer to a call of ours, under its owner's source.</summary>
    /// <param name="sequence">What tells this change from others of its type on the order: an attempt, a shipment's id, or 1.</param>
    public static OrderEvent Event(string orderId, string type, string sequence, DateTimeOffset time, object data) =>
        new($"{orderId}/{type}/{sequence}", EventTypes.SourceOf(type), type, orderId, time, Json(data));

    /// <summary>An event as its owner published it, with its own id and source.</summary>
    public static OrderEvent Published(string orderId, PartnerEvent published) =>
        new(published.Id, published.Source, published.Type, orderId, published.Time, published.Data);

    /// <summary>
    /// An event of another team that the order's state no longer admits: it is shown on the timeline all the same,
    /// with <c>ignored</c> in its data saying why it changed nothing.
    /// </summary>
    public static OrderEvent Ignored(string orderId, PartnerEvent published, string why)
    {
        var data = published.Data.ValueKind == JsonValueKind.Object
            ? published.Data.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal)
            : [];
        data["ignored"] = Json(why);
        return Published(orderId, published) with { Data = Json(data) };
    }

    /// <summary>A message to a person; its key makes it go out once.</summary>
    public static OrderNotification Notification(string orderId, string to, string template, string sequence, object data) =>
        new($"{orderId}/notification/{template}/{sequence}", to, template, Json(data));

    /// <summary>A number as the sequence of an event.</summary>
    public static string Sequence(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, OrderJson.Options);
}
