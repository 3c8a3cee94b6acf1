using System.Security.Cryptography;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners;

/// <summary>How one <see cref="PartnersServer"/> is set up. Every value has a default that works on a laptop.</summary>
public sealed record PartnersOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Where the order API listens, without a path: webhooks go to <c>&lt;this&gt;/v1/events</c>. Until it is known (see
    /// <see cref="PartnersServer.SetOrderApi"/>) events wait; none is lost.
    /// </summary>
    public string? OrderApiBaseUrl { get; init; }

    /// <summary>Secrets (<c>whsec_&lt;base64&gt;</c>) that sign each team's webhooks; a team not named here has the one in <see cref="StateFile"/>, else a random one.</summary>
    public IReadOnlyDictionary<Team, string> WebhookSecrets { get; init; } = new Dictionary<Team, string>();

    /// <summary>
    /// The SQLite file in which everything the teams know outlives the process, however it ends; null keeps it in memory. One server owns it at
    /// a time. What is planned and published but not done goes on at the next start.
    /// </summary>
    public string? StateFile { get; init; }

    /// <summary>How fast the teams do their part.</summary>
    public Pace Pace { get; init; } = Pace.Demo;

    /// <summary>
    /// The clock the teams live by: reservation expiry, months, coupons' validity, the pauses of <see cref="Pace"/>, times inside events. A
    /// test that skips time passes its own.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The clock of the wire: signature time stamps (which the receiver compares with its own clock), waits between deliveries, latency
    /// faults. It stays real where <see cref="TimeProvider"/> is skipped.
    /// </summary>
    public TimeProvider TransportTimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How often and how patiently a webhook is tried.</summary>
    public WebhookPatience WebhookPatience { get; init; } = new();

    /// <summary>How long an answered idempotency key is remembered. A Korean payment provider's usual window is 15 days.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromDays(15);

    /// <summary>How many <c>logistics.status-updated</c> events a shipment sends on its way.</summary>
    public int TrackingUpdates { get; init; } = 2;

    /// <summary>Delivery attempts before the courier waits to be told to return the goods (seed §5.4: three).</summary>
    public int DeliveryAttempts { get; init; } = 3;

    /// <summary>Seed of everything random here (pauses, fault dice), so that a run can be repeated.</summary>
    public int RandomSeed { get; init; } = 20_240_115;

    /// <summary>A fresh webhook secret in the form Standard Webhooks gives it.</summary>
    public static string NewWebhookSecret() => WebhookSignature.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
