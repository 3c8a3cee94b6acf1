using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Delivers the events of one team to their orders or payouts: the events of one subject in the order they were sent, different subjects in parallel.
/// An event is marked as received after its orders accepted it. After a crash in between, the sender repeats it (at-least-once), and an order that already
/// processed it ignores the repetition. The store is read and written in one batch. See docs/decisions/0041.
/// </summary>
internal sealed class EventDelivery(
    IReceivedEvents received, IOrderQueries queries, IOrderCommands commands, PayoutEvents payouts, ILogger<EventDelivery> logger)
{
    private const int MaxParallelSubjects = 32;

    /// <summary>Delivers the events that were not received before. Each event is received independently: a failed event does not affect the others.</summary>
    /// <returns>The unknown subjects.</returns>
    public async Task<IReadOnlyCollection<string>> DeliverAsync(string source, IReadOnlyList<PartnerEvent> events, CancellationToken cancellationToken)
    {
        var known = await received.KnownAsync(source, [.. events.Select(partnerEvent => partnerEvent.Id)], cancellationToken);
        var distinct = events.DistinctBy(partnerEvent => partnerEvent.Id).ToLookup(partnerEvent => known.Contains(partnerEvent.Id));
        var deliveries = distinct[false].Select(partnerEvent => new EventToDeliver(partnerEvent)).ToLookup(delivery => KindOf(delivery.Event));
        foreach (var productEvent in deliveries[Kind.ProductEvent])
        {
            productEvent.DeliverLater();
        }

        var failures = new ConcurrentQueue<ExceptionDispatchInfo>();
        await RecordReportsAsync([.. deliveries[Kind.CourierReport]], cancellationToken);
        await ForEachSubjectAsync(deliveries[Kind.MemberEvent], AppendToLatestOrderAsync, failures, cancellationToken);
        await ForEachSubjectAsync(deliveries[Kind.Payout], DeliverPayoutOutcomesAsync, failures, cancellationToken);
        await SignalAsync([.. deliveries[Kind.Order]], failures, cancellationToken);

        var all = deliveries.SelectMany(kind => kind).ToList();
        await received.ReceiveAsync(source, [.. all.Where(delivery => delivery.IsDelivered).Select(delivery => delivery.ToReceived())], cancellationToken);
        Count(source, distinct[true], all);
        if (failures.TryPeek(out var failure))
        {
            failure.Throw();
        }

        return all.Where(delivery => delivery.Outcome == WebhookOutcome.UnknownOrder).Select(delivery => delivery.Event.Subject).ToHashSet(StringComparer.Ordinal);
    }

    // Events that require no action of an order are not sent to its workflow: couriers' reports and member events are appended to the timeline directly.
    private static Kind KindOf(PartnerEvent partnerEvent) => partnerEvent.Type switch
    {
        "logistics.status-updated" or "logistics.schedule-changed" => Kind.CourierReport,
        "product.sale-stopped" or "product.info-changed" => Kind.ProductEvent,
        _ when partnerEvent.Type.StartsWith("member.", StringComparison.Ordinal) => Kind.MemberEvent,
        _ when PayoutEvents.Concern(partnerEvent) => Kind.Payout,
        _ => Kind.Order,
    };

    private async Task RecordReportsAsync(IReadOnlyList<EventToDeliver> reports, CancellationToken cancellationToken)
    {
        var orders = await queries.SnapshotsAsync(SubjectsOf(reports), cancellationToken);
        foreach (var report in reports)
        {
            if (!orders.TryGetValue(report.Event.Subject, out var order))
            {
                RejectUnknownOrder(report);
                continue;
            }

            var shipmentId = new EventData(report.Event.Data).Text("shipmentId");
            report.Track(order.OrderId, order.Shipments.Any(shipment => shipment.ShipmentId == shipmentId) ? shipmentId : null);
        }
    }

    private async Task AppendToLatestOrderAsync(string memberId, IReadOnlyList<EventToDeliver> ofMember, CancellationToken cancellationToken)
    {
        var latest = await queries.LatestOrderOfMemberAsync(memberId, cancellationToken);
        foreach (var one in ofMember)
        {
            one.Deliver(latest is null ? [] : [OrderTimeline.Published(latest, one.Event)]);
        }
    }

    private async Task DeliverPayoutOutcomesAsync(string payoutId, IReadOnlyList<EventToDeliver> outcomes, CancellationToken cancellationToken)
    {
        foreach (var outcome in outcomes)
        {
            if (await payouts.DeliverAsync(outcome.Event, cancellationToken))
            {
                outcome.Deliver([]);
            }
            else
            {
                outcome.Fail(WebhookOutcome.UnknownOrder);
            }
        }
    }

    /// <summary>
    /// Signals open runs first, because most orders have one. For orders without an open run the snapshot is read afterwards, so that it contains the
    /// result of the closed run.
    /// </summary>
    private async Task SignalAsync(IReadOnlyList<EventToDeliver> events, ConcurrentQueue<ExceptionDispatchInfo> failures, CancellationToken cancellationToken)
    {
        var versions = await queries.VersionsAsync(SubjectsOf(events), cancellationToken);
        foreach (var each in events)
        {
            each.See(versions.GetValueOrDefault(each.Event.Subject));
        }

        var closed = new ConcurrentQueue<EventToDeliver>();
        await ForEachSubjectAsync(
            events,
            async (orderId, ofOrder, token) =>
            {
                var signalled = 0;
                while (signalled < ofOrder.Count && await commands.SignalOpenAsync(orderId, ofOrder[signalled].Event, token))
                {
                    ofOrder[signalled++].Complete();
                }

                foreach (var left in ofOrder.Skip(signalled))
                {
                    closed.Enqueue(left);
                }
            },
            failures,
            cancellationToken);
        var orders = await queries.SnapshotsAsync(SubjectsOf(closed), cancellationToken);
        await ForEachSubjectAsync(closed, (orderId, ofOrder, token) => ResumeAsync(orders.GetValueOrDefault(orderId), ofOrder, token), failures, cancellationToken);
    }

    private async Task ResumeAsync(Order? order, IReadOnlyList<EventToDeliver> events, CancellationToken cancellationToken)
    {
        foreach (var each in events)
        {
            if (order is null)
            {
                RejectUnknownOrder(each);
            }
            else
            {
                each.Complete(await commands.ResumeAsync(order, each.Event, cancellationToken));
            }
        }
    }

    private static Task ForEachSubjectAsync(
        IEnumerable<EventToDeliver> events,
        Func<string, IReadOnlyList<EventToDeliver>, CancellationToken, Task> deliver,
        ConcurrentQueue<ExceptionDispatchInfo> failures,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(
            events.GroupBy(delivery => delivery.Event.Subject, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallelSubjects, CancellationToken = cancellationToken },
            async (subject, token) =>
            {
                try
                {
                    await deliver(subject.Key, [.. subject], token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Later events of this subject wait until the sender repeats the failed event; other subjects are not affected.
                    failures.Enqueue(ExceptionDispatchInfo.Capture(e));
                }
            });

    private static IReadOnlyList<string> SubjectsOf(IEnumerable<EventToDeliver> events) =>
        [.. events.Select(delivery => delivery.Event.Subject).Distinct(StringComparer.Ordinal)];

    private static void Count(string source, IEnumerable<PartnerEvent> repeated, IEnumerable<EventToDeliver> deliveries)
    {
        foreach (var partnerEvent in repeated)
        {
            WebhookCounts.Add(source, partnerEvent.Type, WebhookOutcome.Repeated);
        }

        foreach (var delivery in deliveries)
        {
            if (delivery.Outcome is { } outcome)
            {
                WebhookCounts.Add(source, delivery.Event.Type, outcome);
            }
        }
    }

    private void RejectUnknownOrder(EventToDeliver delivery)
    {
        var partnerEvent = delivery.Event;
        logger.LogWarning("{EventType} {EventId} is about the unknown order {OrderId}", partnerEvent.Type, partnerEvent.Id, partnerEvent.Subject);
        delivery.Fail(WebhookOutcome.UnknownOrder);
    }

    private enum Kind
    {
        Order,
        CourierReport,
        MemberEvent,
        ProductEvent,
        Payout,
    }
}
