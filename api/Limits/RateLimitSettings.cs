using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Api.Limits;

/// <summary>How many requests a second one caller may make (contract §1): configuration section <c>RateLimits</c>. Bursts of four times that pass.</summary>
public sealed class RateLimitSettings
{
    public const string Section = "RateLimits";

    /// <summary>One address without a token.</summary>
    [Range(1, 1_000_000)]
    public int Anonymous { get; set; } = 50;

    /// <summary>A customer, a seller, or a guest with the token of an order.</summary>
    [Range(1, 1_000_000)]
    public int Customer { get; set; } = 50;

    /// <summary>An operator or an administrator.</summary>
    [Range(1, 1_000_000)]
    public int Staff { get; set; } = 500;

    /// <summary>
    /// Commands of one kind that one caller may send to one order in an hour; as many at once. Temporal takes 2,000 of a run, and an order needs few.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Order { get; set; } = 100;
}
