using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Parses a number or a boolean in quotes, as PostgreSQL does: a quoted literal gets the type of the column that it is compared with.</summary>
internal static class LiteralText
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    private static readonly string[] Truths = ["true", "yes", "on", "1"];

    private static readonly string[] Falsehoods = ["false", "no", "off", "0"];

    /// <summary>Returns the text as a value of the attribute type, or null.</summary>
    public static object? Read(string text, IndexedValueType type) => type switch
    {
        IndexedValueType.Int => long.TryParse(text, Whole, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        IndexedValueType.Double =>
            double.TryParse(text, Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null,
        IndexedValueType.Bool => IsPrefixOfAny(text, Truths) ? true : IsPrefixOfAny(text, Falsehoods) ? false : null,
        _ => null,
    };

    /// <summary>Whether the text is an unambiguous prefix of one of the words; "o" is ambiguous (on, off).</summary>
    private static bool IsPrefixOfAny(string text, string[] words)
    {
        var word = text.Trim();
        return word.Length > 0 && !word.Equals("o", StringComparison.OrdinalIgnoreCase)
            && words.Any(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
