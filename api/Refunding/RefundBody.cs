using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Refunding;

/// <summary>Body of a refund or an exchange (contract §1): units of the order's products, and whose wish or fault it is.</summary>
/// <param name="Lines">Absent: all that is left (refunds only).</param>
/// <param name="ReturnRequired">Whether the goods come back; absent: they do once they were delivered (refunds only).</param>
internal sealed record RefundBody(IReadOnlyList<RefundBodyLine?>? Lines, string? Reason, bool? ReturnRequired = null)
{
    private const int LongestText = 200;
    private const int MostUnits = 10_000;
    private const int MostLines = 1_000;

    private static readonly string[] Reasons = ["change-of-mind", "defective", "wrong-item"];

    /// <summary>What is wrong with the body's shape, by field.</summary>
    public Dictionary<string, string[]> Check(bool linesNeeded)
    {
        var errors = new ShapeErrors();
        errors.When(!Reasons.Contains(Reason, StringComparer.Ordinal), "reason", "one of " + string.Join(", ", Reasons));
        errors.When(Lines is { Count: 0 } || (linesNeeded && Lines is null), "lines", "at least one line is needed");
        errors.When(Lines is { Count: > MostLines }, "lines", $"at most {MostLines}");
        foreach (var (line, i) in (Lines ?? []).Take(MostLines).Select((line, i) => (line, i)))
        {
            errors.Text($"lines[{i}].productId", line?.ProductId, LongestText);
            errors.When(line?.Quantity is not (>= 1 and <= MostUnits), $"lines[{i}].quantity", $"a whole number from 1 to {MostUnits} is needed");
        }

        return errors.ToDictionary();
    }

    /// <summary>The lines, each product once; <c>null</c> for all that is left.</summary>
    public IReadOnlyList<LineQuantity>? Quantities() =>
        Lines is null ? null : OrderPricing.Merge([.. Lines.Select(line => new LineQuantity(line!.ProductId!, line.Quantity!.Value))]);

    /// <summary>Products that the order does not hold are refused before its workflow is asked.</summary>
    public Refusal? Judge(OrderView order)
    {
        var held = order.Lines.Select(line => line.ProductId).ToHashSet(StringComparer.Ordinal);
        var unknown = (Quantities() ?? []).Select(line => line.ProductId).Where(productId => !held.Contains(productId)).ToList();
        return unknown.Count == 0
            ? null
            : Refusal.Of(RefusalSlugs.UnknownLine, "The order does not hold this product.", new { order.OrderId, productIds = unknown });
    }
}

/// <summary>Units of a product that go back.</summary>
internal sealed record RefundBodyLine(string? ProductId, int? Quantity);
