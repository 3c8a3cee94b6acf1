using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>An event on its way to its subject, and what became of it. No outcome: it failed, and its sender repeats it.</summary>
internal sealed class EventToDeliver(PartnerEvent partnerEvent)
{
    private IReadOnlyList<TimelineEntry> shown = [];
    private bool isProductEvent;
    private bool isHanded;

    public PartnerEvent Event { get; private set; } = partnerEvent;

    public WebhookOutcome? Outcome { get; private set; }

    /// <summary>Whether it can be marked as received: a repetition of it would change nothing.</summary>
    public bool IsDelivered => Outcome is not (null or WebhookOutcome.UnknownOrder);

    /// <summary>Notes which snapshot of its order is stored.</summary>
    public void See(long version) => Event = Event with { SeenVersion = version };

    /// <summary>It has still to be delivered to many orders.</summary>
    public void DeliverLater() => (Outcome, isProductEvent) = (WebhookOutcome.Accepted, true);

    /// <summary>Its order's workflow accepted it; or it is only to be shown, where there is anything to show.</summary>
    public void Hand(IReadOnlyList<OrderEvent>? onTimelines = null)
    {
        Deliver(onTimelines ?? []);
        isHanded = shown.Count == 0;
    }

    /// <summary>It was taken, and this is left to be shown.</summary>
    public void Deliver(IReadOnlyList<OrderEvent> onTimelines) =>
        (Outcome, shown) = (WebhookOutcome.Accepted, [.. onTimelines.Select(entry => new TimelineEntry(entry))]);

    /// <summary>It is a courier's report of a parcel; <c>null</c>: of none of the order's.</summary>
    public void Track(string orderId, string? shipmentId)
    {
        Outcome = shipmentId is null ? WebhookOutcome.Ignored : WebhookOutcome.Accepted;
        shown =
        [
            shipmentId is null
                ? new TimelineEntry(OrderTimeline.Ignored(orderId, Event, "the order has no such shipment"))
                : new TimelineEntry(OrderTimeline.Published(orderId, Event), shipmentId, Event),
        ];
    }

    public void Fail(WebhookOutcome outcome) => Outcome = outcome;

    public ReceivedEvent ToReceived() => new(Event.Id, shown, isProductEvent ? Event : null, isHanded ? Event : null);
}
