using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderOrchestration.Api.Problems;

/// <summary>Query parameters that lists have in common; read as text so that each bad one is named.</summary>
internal static class ListParameters
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 200;

    public static int Limit(string? text, ShapeErrors errors)
    {
        var limit = DefaultLimit;
        errors.When(
            text is not null && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LargestLimit),
            "limit",
            $"a whole number from 1 to {LargestLimit}");
        return limit;
    }

    /// <summary>One of an enumeration's words, as they are written everywhere: kebab-case.</summary>
    public static T? Word<T>(string field, string? text, ShapeErrors errors, params string[] otherWords)
        where T : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        var words = Enum.GetValues<T>().ToDictionary(word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()), StringComparer.Ordinal);
        if (words.TryGetValue(text, out var known))
        {
            return known;
        }

        errors.When(true, field, $"one of {string.Join(", ", words.Keys.Concat(otherWords))}");
        return null;
    }

    public static ProblemHttpResult BadCursor() => Problem.Malformed("cursor", "is not one that a list has answered");
}
