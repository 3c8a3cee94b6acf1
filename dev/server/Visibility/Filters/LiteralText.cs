using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A number or truth value in quotes: like PostgreSQL, which takes a quoted literal for whatever it is compared with.</summary>
internal static class LiteralText
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    private static readonly string[] Truths = ["true", "yes", "on", "1"];

    private static readonly string[] Falsehoods = ["false", "no", "off", "0"];

    /// <summary>Answers the value that the text stands for in an attribute of this type, or null.</summary>
    public static object? Read(string text, IndexedValueType type) => type switch
    {
        IndexedValueType.Int => long.TryParse(text, Whole, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        IndexedValueType.Double =>
            double.TryParse(text, Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null,
        IndexedValueType.Bool => Stands(text, Truths) ? true : Stands(text, Falsehoods) ? false : null,
        _ => null,
    };

    /// <summary>Any beginning of a word that no word of the other kind begins with is as good as the word.</summary>
    private static bool Stands(string text, string[] words)
    {
        var word = text.Trim();
        return word.Length > 0 && !word.Equals("o", StringComparison.OrdinalIgnoreCase)
            && words.Any(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
