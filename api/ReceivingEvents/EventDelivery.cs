using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Delivers the events of one team to the orders or the payouts that they concern: those of one subject in the order they were sent, subjects side by side.
/// An event is marked as received only after every order took it, so a crash between makes the sender repeat it; an order that took it already
/// recognises the repetition. The store is read and written for all of them together. See docs/decisions/0041.
/// </summary>
internal sealed class EventDelivery(
    IReceivedEvents received, IOrderQueries queries, IOrderCommands commands, PayoutEvents payouts, ILogger<EventDelivery> logger)
{
    private const int SubjectsAtATime = 32;

    /// <summary>Delivers what is new of them. Each event is received by itself: one that fails takes no other back.</summary>
    /// <returns>The subjects that nobody knows.</returns>
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
        await TrackAsync([.. deliveries[Kind.CourierReport]], cancellationToken);
        await EachSubjectAsync(deliveries[Kind.MemberEvent], ShowOnLatestOrderAsync, failures, cancellationToken);
        await EachSubjectAsync(deliveries[Kind.Payout], PayAsync, failures, cancellationToken);
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

    // What asks nothing of an order never enters its workflow: couriers' reports and events of members go to the timeline at once.
    private static Kind KindOf(PartnerEvent partnerEvent) => partnerEvent.Type switch
    {
        "logistics.status-updated" or "logistics.schedule-changed" => Kind.CourierReport,
        "product.sale-stopped" or "product.info-changed" => Kind.ProductEvent,
        _ when partnerEvent.Type.StartsWith("member.", StringComparison.Ordinal) => Kind.MemberEvent,
        _ when PayoutEvents.Concern(partnerEvent) => Kind.Payout,
        _ => Kind.Order,
    };

    private async Task TrackAsync(IReadOnlyList<EventToDeliver> reports, CancellationToken cancellationToken)
    {
        var orders = await queries.SnapshotsAsync(SubjectsOf(reports), cancellationToken);
        foreach (var report in reports)
        {
            if (!orders.TryGetValue(report.Event.Subject, out var order))
            {
                NotKnown(report);
                continue;
            }

            var shipmentId = new EventData(report.Event.Data).Text("shipmentId");
            report.Track(order.OrderId, order.Shipments.Any(shipment => shipment.ShipmentId == shipmentId) ? shipmentId : null);
        }
    }

    private async Task ShowOnLatestOrderAsync(string memberId, IReadOnlyList<EventToDeliver> ofMember, CancellationToken cancellationToken)
    {
        var latest = await queries.LatestOrderOfMemberAsync(memberId, cancellationToken);
        foreach (var one in ofMember)
        {
            one.Deliver(latest is null ? [] : [OrderTimeline.Published(latest, one.Event)]);
        }
    }

    private async Task PayAsync(string payoutId, IReadOnlyList<EventToDeliver> outcomes, CancellationToken cancellationToken)
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

    /// <summary>Most orders have an open run. Which have none is known once they were asked, and only what their snapshots say then is the last word.</summary>
    private async Task SignalAsync(IReadOnlyList<EventToDeliver> events, ConcurrentQueue<ExceptionDispatchInfo> failures, CancellationToken cancellationToken)
    {
        var versions = await queries.VersionsAsync(SubjectsOf(events), cancellationToken);
        foreach (var each in events)
        {
            each.See(versions.GetValueOrDefault(each.Event.Subject));
        }

        var closed = new ConcurrentQueue<EventToDeliver>();
        await EachSubjectAsync(
            events,
            async (orderId, ofOrder, token) =>
            {
                var signalled = 0;
                while (signalled < ofOrder.Count && await commands.SignalOpenAsync(orderId, ofOrder[signalled].Event, token))
                {
                    ofOrder[signalled++].Hand();
                }

                foreach (var left in ofOrder.Skip(signalled))
                {
                    closed.Enqueue(left);
                }
            },
            failures,
            cancellationToken);
        var orders = await queries.SnapshotsAsync(SubjectsOf(closed), cancellationToken);
        await EachSubjectAsync(closed, (orderId, ofOrder, token) => TakeUpAsync(orders.GetValueOrDefault(orderId), ofOrder, token), failures, cancellationToken);
    }

    private async Task TakeUpAsync(Order? order, IReadOnlyList<EventToDeliver> events, CancellationToken cancellationToken)
    {
        foreach (var each in events)
        {
            if (order is null)
            {
                NotKnown(each);
            }
            else
            {
                each.Hand(await commands.TakeUpAsync(order, each.Event, cancellationToken));
            }
        }
    }

    private static Task EachSubjectAsync(
        IEnumerable<EventToDeliver> events,
        Func<string, IReadOnlyList<EventToDeliver>, CancellationToken, Task> deliver,
        ConcurrentQueue<ExceptionDispatchInfo> failures,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(
            events.GroupBy(delivery => delivery.Event.Subject, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = SubjectsAtATime, CancellationToken = cancellationToken },
            async (subject, token) =>
            {
                try
                {
                    await deliver(subject.Key, [.. subject], token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Later events of this subject wait for its repetition; the other subjects do not wait for this one.
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

    private void NotKnown(EventToDeliver delivery)
    {
        var partnerEvent = delivery.Event;
        logger.LogWarning("{EventType} {EventId} is about order {OrderId}, which nobody knows", partnerEvent.Type, partnerEvent.Id, partnerEvent.Subject);
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
