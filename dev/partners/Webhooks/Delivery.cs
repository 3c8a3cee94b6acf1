using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>The status of an event's delivery to the order team.</summary>
public enum DeliveryState
{
    /// <summary>Waiting for its turn, or for the next try.</summary>
    Pending,

    /// <summary>Answered 2xx.</summary>
    Delivered,

    /// <summary>Abandoned after <see cref="WebhookRetryPolicy.Attempts"/> tries.</summary>
    Undelivered,
}

/// <summary>An event and how its delivery goes.</summary>
/// <param name="Event">What is sent.</param>
/// <param name="Team">Who publishes it.</param>
/// <param name="State">The status of the delivery.</param>
/// <param name="Tries">Requests made or dropped by a fault so far, repetitions included.</param>
/// <param name="LastStatus">The receiver's last answer, if it gave one.</param>
public sealed record Delivery(CloudEvent Event, Team Team, DeliveryState State, int Tries, int? LastStatus);
