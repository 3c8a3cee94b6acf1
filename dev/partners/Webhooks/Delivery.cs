using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>The status of an event's delivery to the order team.</summary>
public enum DeliveryState
{
    /// <summary>Queued, or waiting for the next try.</summary>
    Pending,

    /// <summary>Answered 2xx.</summary>
    Delivered,

    /// <summary>Abandoned after <see cref="WebhookRetryPolicy.Attempts"/> tries.</summary>
    Undelivered,
}

/// <summary>An event and its delivery status.</summary>
/// <param name="Event">The event.</param>
/// <param name="Team">The publishing team.</param>
/// <param name="State">The status of the delivery.</param>
/// <param name="Tries">Requests sent, or dropped by a fault, so far, including repetitions.</param>
/// <param name="LastStatus">The HTTP status of the receiver's last response, if there was one.</param>
public sealed record Delivery(CloudEvent Event, Team Team, DeliveryState State, int Tries, int? LastStatus);
