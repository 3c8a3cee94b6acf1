using System.Text.Json;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>One event on an order's timeline: a CloudEvent whose <c>subject</c> is the order (domain §2).</summary>
/// <param name="Id">Unique within <paramref name="Source"/>; repeated writes of the same change have the same id.</param>
/// <param name="Source"><c>/teams/order</c> for ours; the owner's source for what another team answered or published.</param>
/// <param name="Type">A type of the catalogue; its first word is the owner.</param>
public sealed record OrderEvent(string Id, string Source, string Type, string OrderId, DateTimeOffset Time, JsonElement Data);

/// <summary>A message to a person through the notification team.</summary>
/// <param name="Key">The idempotency key: <c>orderId/notification/template/sequence</c>.</param>
/// <param name="To">The recipient: a member id, <c>guest:orderId</c>, <c>operators</c> or <c>seller:id</c>; the notification team knows the address.</param>
public sealed record OrderNotification(string Key, string To, string Template, JsonElement Data);

/// <summary>Fixed Temporal names (contract §3): other programs use them to start and to message orders.</summary>
public static class OrderTemporal
{
    public const string TaskQueue = "orders";
    public const string WorkflowType = "OrderWorkflow";

    public static string WorkflowId(string orderId) => "order-" + orderId;
}
