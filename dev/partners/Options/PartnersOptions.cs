using System.Security.Cryptography;
using System.Text.RegularExpressions;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Options;

/// <summary>Options of one <see cref="PartnersServer"/>. The defaults are for a developer's machine.</summary>
public sealed partial record PartnersOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Base address of the order API, without a path: webhooks go to <c>&lt;this&gt;/v1/events</c>. Until it is set (see
    /// <see cref="PartnersServer.SetOrderApi"/>) events are queued.
    /// </summary>
    public string? OrderApiBaseUrl { get; init; }

    /// <summary>
    /// Secrets (<c>whsec_&lt;base64&gt;</c>) that sign each team's webhooks. For other teams the secret in <see cref="StateFile"/> is used, else a random one.
    /// </summary>
    public IReadOnlyDictionary<Team, string> WebhookSecrets { get; init; } = new Dictionary<Team, string>();

    /// <summary>
    /// The SQLite file for the teams' durable state; null: the state is in memory only. One server owns the file at a time. Scheduled actions and
    /// undelivered events are resumed at the next start.
    /// </summary>
    public string? StateFile { get; init; }

    /// <summary>Key (32 bytes, AES-256-GCM) that encrypts the documents in <see cref="StateFile"/>, which contain personal data; empty: no encryption.</summary>
    public ReadOnlyMemory<byte> StateKey { get; init; }

    /// <summary>Delay of the teams' scheduled actions.</summary>
    public StepDelay StepDelay { get; init; } = StepDelay.Demo;

    /// <summary>
    /// The teams' clock: reservation expiry, months, coupons' validity, the delays of <see cref="StepDelay"/>, times inside events. A
    /// time-skipping test passes its own.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The transport's clock: signature timestamps (which the receiver compares with its own clock), delays between delivery tries, latency
    /// faults. It remains the real clock where <see cref="TimeProvider"/> skips time.
    /// </summary>
    public TimeProvider TransportTimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Tries and delays of webhook delivery.</summary>
    public WebhookRetryPolicy WebhookRetryPolicy { get; init; } = new();

    /// <summary>How long an idempotency key is stored. The usual window of a Korean payment provider is 15 days.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Payments per page of <c>GET /payments?from&amp;to</c> without a <c>limit</c>; 1 to 1,000.</summary>
    public int PaymentPageSize { get; init; } = 100;

    /// <summary>
    /// A path before every team's own path (<c>/gateway/v2</c>), which the contract allows in a base address. Empty: none. The books, faults and
    /// scenarios are not prefixed.
    /// </summary>
    public string PathPrefix { get; init; } = string.Empty;

    /// <summary>The number of <c>logistics.status-updated</c> events of a shipment.</summary>
    public int TrackingUpdates { get; init; } = 2;

    /// <summary>Delivery attempts after which the courier waits for a request to return the goods (seed §5.4: three).</summary>
    public int DeliveryAttempts { get; init; } = 3;

    /// <summary>Seed of all random numbers (delays, fault probabilities), so that a run is reproducible.</summary>
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

    /// <summary>Creates a random webhook secret in the format of Standard Webhooks.</summary>
    public static string NewWebhookSecret() => WebhookSignature.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
