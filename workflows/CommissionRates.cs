using System.Globalization;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 수수료율 (seed §5.7): the platform's fraction of a line, by category, and <c>default</c> for every other. In configuration
/// <c>OrderPolicies__CommissionRates__food=0.08</c>; letter case makes no difference there, so it makes none here.
/// </summary>
public sealed class CommissionRates : Dictionary<string, decimal>
{
    public const string Default = "default";

    public CommissionRates()
        : base(StringComparer.OrdinalIgnoreCase) => this[Default] = 0.10m;

    public decimal Of(string categoryId) => TryGetValue(categoryId, out var rate) ? rate : this[Default];

    /// <summary>What cannot be a rate.</summary>
    internal IEnumerable<string> Faults() => this.Where(rate => rate.Value is < 0 or > 1).Select(rate => string.Create(
        CultureInfo.InvariantCulture, $"CommissionRates.{rate.Key} is a fraction from 0 to 1, not {rate.Value}."));
}
