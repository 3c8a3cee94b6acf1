using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Api.Hosting;

/// <summary>Settings of the API: configuration section <c>Api</c>.</summary>
public sealed class OrderApiOptions
{
    public const string Section = "Api";

    /// <summary>
    /// Key that signs the tokens of the embedded default. <c>dev/host</c> creates one at start-up and sets it in code.
    /// It is ignored where <c>Auth:Authority</c> is set, and cannot be set by configuration.
    /// </summary>
    public ReadOnlyMemory<byte> DevelopmentSigningKey { get; set; }

    /// <summary>Timeout for the decision of an order; after it the caller receives 202 (contract §1: 10 s).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan DecisionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Timeout for reading the facts that an order is priced by from the teams; after it the order's workflow reads them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan FactsTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// The accepted payment methods, by their first word (<c>card</c>, <c>kakaopay</c>), separated by spaces or commas.
    /// Empty: every method is forwarded, and the payment team decides.
    /// </summary>
    public string PaymentMethods { get; set; } = "";

    /// <summary>Maximum difference between a webhook's timestamp and now, in the past or in the future (Standard Webhooks).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Maximum size of a request body, bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Maximum number of stored guest carts. Above it the least recently changed carts are deleted.</summary>
    [Range(1, 10_000_000)]
    public int MaxGuestCarts { get; set; } = 100_000;

    /// <summary>Maximum number of concurrently open event streams of all callers.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 1_000;

    /// <summary>Maximum number of concurrently open event streams of one caller.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerCaller { get; set; } = 20;
}
