using System.Text.Json;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>
/// What the store writes in one transaction: the order as it now stands, the events that brought it there and the notifications they call for.
/// Writing the same record again changes nothing.
/// </summary>
/// <param name="Version">
/// Grows with the workflow's history. A view never replaces one of a higher version, so an activity that is retried late cannot turn an order back.
/// </param>
/// <param name="Events">Each is kept once by its <see cref="OrderEvent.Id"/>, in the order of arrival.</param>
/// <param name="Notifications">Each goes out once by its <see cref="OrderNotification.Key"/>.</param>
/// <param name="Settlement">What it means for the sellers; each is kept once by its <see cref="SettlementEntry.EntryId"/>.</param>
public sealed record OrderRecord(
    OrderView View,
    long Version,
    IReadOnlyList<OrderEvent> Events,
    IReadOnlyList<OrderNotification> Notifications,
    IReadOnlyList<SettlementEntry>? Settlement = null);

/// <summary>One event on an order's timeline: a CloudEvent whose <c>subject</c> is the order (domain §2).</summary>
/// <param name="Id">Unique within <paramref name="Source"/>; the same change has the same id however often it is written.</param>
/// <param name="Source"><c>/teams/order</c> for ours; the owner's source for what another team answered or published.</param>
/// <param name="Type">A type of the catalogue; its first word is the owner.</param>
public sealed record OrderEvent(string Id, string Source, string Type, string OrderId, DateTimeOffset Time, JsonElement Data);

/// <summary>A message to a person through the notification team.</summary>
/// <param name="Key">The idempotency key: <c>orderId/notification/template/sequence</c>.</param>
/// <param name="To">Whom: a member id, <c>guest:orderId</c>, <c>operators</c> or <c>seller:id</c>; the notification team knows the address.</param>
public sealed record OrderNotification(string Key, string To, string Template, JsonElement Data);
