using System.Globalization;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 수수료율 (seed §5.7): the platform's fraction of a line, by category; <c>default</c> applies to every other category. In configuration
/// <c>OrderPolicies__CommissionRates__food=0.08</c>; configuration keys are case-insensitive, so this look-up is too.
/// </summary>
public sealed class CommissionRates : Dictionary<string, decimal>
{
    public const string Default = "default";

    public CommissionRates()
        : base(StringComparer.OrdinalIgnoreCase) => this[Default] = 0.10m;

    public decimal Of(string categoryId) => TryGetValue(categoryId, out var rate) ? rate : this[Default];

    /// <summary>Validation errors: rates outside of 0 to 1.</summary>
    internal IEnumerable<string> Faults() => this.Where(rate => rate.Value is < 0 or > 1).Select(rate => string.Create(
        CultureInfo.InvariantCulture, $"CommissionRates.{rate.Key} is a fraction from 0 to 1, not {rate.Value}."));
}
