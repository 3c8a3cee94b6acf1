using System.Text.Json;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Tests.Api;

/// <summary>Compares the events that the order team publishes with what <c>GET /v1/event-types</c> says of them.</summary>
internal static class Catalogued
{
    // Absent where there is nothing to say: a guest has no member, points alone no attempt, a decision perhaps no note.
    private static readonly HashSet<string> Optional =
    [
        "order.placed/memberId", "order.completed/memberId", "order.payment-completed/attempt", "order.cancelled/refusal",
        "order.recovered/by", "order.recovered/note", "order.refund-rejected/note", "order.shipping-started/waybill",
        "reconciliation.difference-found/orderId", "reconciliation.difference-found/refundId", "reconciliation.difference-found/ours",
        "reconciliation.difference-found/theirs", "reconciliation.difference-found/oursStatus", "reconciliation.difference-found/theirsStatus",
    ];

    /// <summary>An event's data has the fields that the catalogue names, all of them and no others; events of other teams are not checked.</summary>
    public static void Check(JsonElement cloudEvent)
    {
        var type = cloudEvent.Text("type");
        var described = EventCatalogue.Find(type);
        Assert.That(described, Is.Not.Null, $"{type} is not in the catalogue");
        Assert.That(cloudEvent.Text("source"), Is.EqualTo(EventTypes.SourceOf(type)));
        if (described!.Direction == EventDirection.Published)
        {
            var fields = cloudEvent.GetProperty("data").EnumerateObject().Select(field => field.Name).ToList();
            Assert.That(fields, Is.SubsetOf(described.DataFields), $"{type} carries fields that the catalogue does not name");
            Assert.That(
                described.DataFields.Except(fields).Where(field => !Optional.Contains($"{type}/{field}")),
                Is.Empty,
                $"{type} lacks fields that the catalogue names");
        }
    }
}
