using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>
/// What the store writes in one transaction (outbox): the order's snapshot, the events that led to it, their notifications and their settlement
/// entries. Writing the same record again changes nothing.
/// </summary>
/// <param name="Snapshot">The current order; its version orders the records.</param>
/// <param name="Events">Each is stored once by its <see cref="OrderEvent.Id"/>, in the order of arrival.</param>
/// <param name="Notifications">Each is sent once by its <see cref="OrderNotification.Key"/>.</param>
/// <param name="Settlement">Each is stored once by its <see cref="SettlementEntry.EntryId"/>.</param>
public sealed record OrderRecord(
    Order Snapshot, IReadOnlyList<OrderEvent> Events, IReadOnlyList<OrderNotification> Notifications, IReadOnlyList<SettlementEntry>? Settlement = null);

/// <summary>The input of an order workflow: of a new order, after continue-as-new, or when it continues from the store.</summary>
/// <param name="Snapshot">The order so far; a new one has version 0.</param>
/// <param name="Unrecorded">What the previous run had not written yet.</param>
/// <param name="Pending">Events that the previous run had not applied.</param>
/// <param name="IsResumed">
/// Another run worked on the order and did not end by itself: an activity of that run may still write a later snapshot. The new run writes the order at
/// once under the next version, so that either the late record is refused, or the new run finds it and continues from it.
/// </param>
public sealed record OrderInput(Order Snapshot, OrderRecord? Unrecorded = null, IReadOnlyList<PartnerEvent>? Pending = null, bool IsResumed = false);
