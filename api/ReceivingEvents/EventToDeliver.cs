using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>An event to deliver, and its outcome. Without an outcome the delivery failed, and the sender repeats the event.</summary>
internal sealed class EventToDeliver(PartnerEvent partnerEvent)
{
    private IReadOnlyList<TimelineEntry> timelineEntries = [];
    private bool isProductEvent;
    private bool isSignalled;

    public PartnerEvent Event { get; private set; } = partnerEvent;

    public WebhookOutcome? Outcome { get; private set; }

    /// <summary>Whether the event can be marked as received.</summary>
    public bool IsDelivered => Outcome is not (null or WebhookOutcome.UnknownOrder);

    /// <summary>Sets the version of the order's stored snapshot.</summary>
    public void See(long version) => Event = Event with { SeenVersion = version };

    /// <summary>Accepts a product event; <see cref="ProductEventFanOut"/> delivers it to the orders.</summary>
    public void DeliverLater() => (Outcome, isProductEvent) = (WebhookOutcome.Accepted, true);

    /// <summary>Accepts an event of an order: its workflow received the signal, or, where entries are given, the event is only appended to the timeline.</summary>
    public void Complete(IReadOnlyList<OrderEvent>? onTimelines = null)
    {
        Deliver(onTimelines ?? []);
        isSignalled = timelineEntries.Count == 0;
    }

    /// <summary>Accepts the event and sets the timeline entries to append.</summary>
    public void Deliver(IReadOnlyList<OrderEvent> onTimelines) =>
        (Outcome, timelineEntries) = (WebhookOutcome.Accepted, [.. onTimelines.Select(entry => new TimelineEntry(entry))]);

    /// <summary>Accepts a courier's report of a shipment; with <c>null</c> it is ignored, because the order has no such shipment.</summary>
    public void Track(string orderId, string? shipmentId)
    {
        Outcome = shipmentId is null ? WebhookOutcome.Ignored : WebhookOutcome.Accepted;
        timelineEntries =
        [
            shipmentId is null
                ? new TimelineEntry(OrderTimeline.Ignored(orderId, Event, "the order has no such shipment"))
                : new TimelineEntry(OrderTimeline.Published(orderId, Event), shipmentId, Event),
        ];
    }

    public void Fail(WebhookOutcome outcome) => Outcome = outcome;

    public ReceivedEvent ToReceived() => new(Event.Id, timelineEntries, isProductEvent ? Event : null, isSignalled ? Event : null);
}
