using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>Validates requests beyond their JSON types; a violation is 400.</summary>
internal static class Require
{
    /// <summary>A trillion: an upper bound of won, points and units, small enough that sums do not overflow.</summary>
    public const long Most = 1_000_000_000_000;

    public static void Text(string value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw RefusalException.Invalid($"{name} must not be empty");
        }
    }

    public static void Positive(long value, string name) => Between(1, value, name);

    public static void Between(long least, long value, string name) => Between(least, value, Most, name);

    public static void Between(long least, long value, long most, string name)
    {
        if (value < least || value > most)
        {
            throw RefusalException.Invalid($"{name} must be {least} to {most}");
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
