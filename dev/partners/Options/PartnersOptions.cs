using System.Security.Cryptography;
using System.Text.RegularExpressions;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Options;

/// <summary>How one <see cref="PartnersServer"/> is set up. Every value has a default that works on a laptop.</summary>
public sealed partial record PartnersOptions
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

    /// <summary>Seals what stands in <see cref="StateFile"/> (32 bytes, AES-256-GCM), for the teams know persons; empty leaves it in clear.</summary>
    public ReadOnlyMemory<byte> StateKey { get; init; }

    /// <summary>How fast the teams do their part.</summary>
    public StepDelay StepDelay { get; init; } = StepDelay.Demo;

    /// <summary>
    /// The clock the teams live by: reservation expiry, months, coupons' validity, the pauses of <see cref="StepDelay"/>, times inside events. A
    /// test that skips time passes its own.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The clock of the wire: signature time stamps (which the receiver compares with its own clock), waits between deliveries, latency
    /// faults. It stays real where <see cref="TimeProvider"/> is skipped.
    /// </summary>
    public TimeProvider TransportTimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How often a webhook is tried, and with what pauses.</summary>
    public WebhookRetryPolicy WebhookRetryPolicy { get; init; } = new();

    /// <summary>How long an answered idempotency key is remembered. A Korean payment provider's usual window is 15 days.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Payments a page of <c>GET /payments?from&amp;to</c> where the caller names no <c>limit</c>; 1 to 1,000.</summary>
    public int PaymentPageSize { get; init; } = 100;

    /// <summary>
    /// A path before every team's own (<c>/gateway/v2</c>): the contract lets a base address carry one. Empty: none. The books, faults and
    /// scenarios stay at the root.
    /// </summary>
    public string PathPrefix { get; init; } = string.Empty;

    /// <summary>How many <c>logistics.status-updated</c> events a shipment sends on its way.</summary>
    public int TrackingUpdates { get; init; } = 2;

    /// <summary>Delivery attempts before the courier waits to be told to return the goods (seed §5.4: three).</summary>
    public int DeliveryAttempts { get; init; } = 3;

    /// <summary>Seed of everything random here (pauses, fault dice), so that a run can be repeated.</summary>
    public int RandomSeed { get; init; } = 20_240_115;

    /// <exception cref="FormatException">A value is out of its range.</exception>
    internal void Check()
    {
        if (PaymentPageSize is < 1 or > PaymentListing.LargestPage)
        {
            throw new FormatException($"a page has 1 to {PaymentListing.LargestPage} payments, not {PaymentPageSize}");
        }

        if (PathPrefix.Length > 0 && !Prefix().IsMatch(PathPrefix))
        {
            throw new FormatException($"'{PathPrefix}' is no path prefix: /word/word, without a slash at its end");
        }
    }

    [GeneratedRegex("^(/[A-Za-z0-9._~-]+)+$")]
    private static partial Regex Prefix();

    /// <summary>A fresh webhook secret in the form Standard Webhooks gives it.</summary>
    public static string NewWebhookSecret() => WebhookSignature.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
