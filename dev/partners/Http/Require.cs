using OrderOrchestration.Partners.Products;

namespace OrderOrchestration.Partners.Http;

/// <summary>What a well-formed request looks like beyond its JSON types; anything else is 400.</summary>
internal static class Require
{
    public static void Text(string value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw RefusalException.Invalid($"{name} must not be empty");
        }
    }

    public static void Positive(long value, string name)
    {
        if (value <= 0)
        {
            throw RefusalException.Invalid($"{name} must be above zero");
        }
    }

    public static void Lines(IReadOnlyList<Line> lines)
    {
        if (lines.Count == 0)
        {
            throw RefusalException.Invalid("lines must not be empty");
        }

        foreach (var line in lines)
        {
            Text(line.ProductId, "productId");
            Positive(line.Quantity, "quantity");
        }
    }
}
