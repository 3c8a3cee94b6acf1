using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Api.Hosting;

/// <summary>Settings of the API: configuration section <c>Api</c>.</summary>
public sealed class OrderApiOptions
{
    public const string Section = "Api";

    /// <summary>
    /// Key that signs the tokens of the embedded default; <c>dev/host</c> makes one at start-up and sets it in code.
    /// It is of no effect where <c>Auth:Authority</c> is set, and cannot be set by configuration.
    /// </summary>
    public ReadOnlyMemory<byte> DevelopmentSigningKey { get; set; }

    /// <summary>How long an order may take to be decided before its caller is answered 202 (contract §1: 10 s).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan DecisionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the teams may take to answer the facts that an order is priced by, before its workflow asks them itself.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan FactsTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// The payment methods that are taken, by their first word (<c>card</c>, <c>kakaopay</c>): several separated by spaces or commas.
    /// Empty: any, and the payment team decides.
    /// </summary>
    public string PaymentMethods { get; set; } = "";

    /// <summary>How old a webhook's timestamp may be, or how far ahead (Standard Webhooks).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest body of any request, bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Most carts of guests that are kept; past it the longest untouched go.</summary>
    [Range(1, 10_000_000)]
    public int MaxGuestCarts { get; set; } = 100_000;

    /// <summary>Most event streams that are open at a time, of all callers.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 1_000;

    /// <summary>Most event streams that one caller may have open at a time.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerCaller { get; set; } = 20;
}
