using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Api.Limits;

/// <summary>Requests per second of one caller (contract §1): configuration section <c>RateLimits</c>. Bursts of up to four times the rate are allowed.</summary>
public sealed class RateLimitSettings
{
    public const string Section = "RateLimits";

    /// <summary>An IP address without a valid token.</summary>
    [Range(1, 1_000_000)]
    public int Anonymous { get; set; } = 50;

    /// <summary>A customer, a seller, or a guest with the token of an order.</summary>
    [Range(1, 1_000_000)]
    public int Customer { get; set; } = 50;

    /// <summary>An operator or an administrator.</summary>
    [Range(1, 1_000_000)]
    public int Staff { get; set; } = 500;

    /// <summary>
    /// Commands of one kind that one caller may send to one order in an hour, also as one burst. Temporal accepts 2,000 updates per run; an order needs few.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Order { get; set; } = 100;
}
