namespace OrderOrchestration.Partners.Webhooks;

/// <summary>Where an event stands on its way to the order team.</summary>
public enum DeliveryState
{
    /// <summary>Waiting for its turn, or for the next try.</summary>
    Pending,

    /// <summary>Answered 2xx.</summary>
    Delivered,

    /// <summary>Given up after <see cref="WebhookPatience.Attempts"/> tries.</summary>
    Undelivered,
}

/// <summary>An event and how its delivery goes.</summary>
/// <param name="Event">What is sent.</param>
/// <param name="Team">Who publishes it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Tries">Requests made or dropped by a fault so far, repetitions included.</param>
/// <param name="LastStatus">The receiver's last answer, if it gave one.</param>
public sealed record Delivery(CloudEvent Event, Team Team, DeliveryState State, int Tries, int? LastStatus);
