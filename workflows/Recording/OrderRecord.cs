using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>
/// What the store writes in one transaction (outbox): the order's snapshot, the events that brought it there, the notifications they call for and what
/// they mean for the sellers. Writing the same record again changes nothing.
/// </summary>
/// <param name="Snapshot">The order as it now stands; its version orders the records.</param>
/// <param name="Events">Each is kept once by its <see cref="OrderEvent.Id"/>, in the order of arrival.</param>
/// <param name="Notifications">Each goes out once by its <see cref="OrderNotification.Key"/>.</param>
/// <param name="Settlement">Each is kept once by its <see cref="SettlementEntry.EntryId"/>.</param>
public sealed record OrderRecord(
    Order Snapshot, IReadOnlyList<OrderEvent> Events, IReadOnlyList<OrderNotification> Notifications, IReadOnlyList<SettlementEntry>? Settlement = null);

/// <summary>What an order workflow is started with, whether it is new, goes on after continue-as-new, or is taken up from the store.</summary>
/// <param name="Snapshot">The order as it stood; a new one is at version 0.</param>
/// <param name="Unrecorded">What the run before had not written yet.</param>
/// <param name="Pending">Events that the run before had not applied.</param>
/// <param name="IsTakenUp">
/// Another run worked on the order and did not end by itself: a call of that run may be about to write a later snapshot. The new run writes the order at
/// once under the next version, so that either the late record is refused, or the new run finds it and takes it up.
/// </param>
public sealed record OrderInput(Order Snapshot, OrderRecord? Unrecorded = null, IReadOnlyList<PartnerEvent>? Pending = null, bool IsTakenUp = false);
