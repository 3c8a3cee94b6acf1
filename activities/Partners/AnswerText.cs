using System.Text.Json;

namespace OrderOrchestration.Activities.Partners;

/// <summary>Validates text of another team's answer before it is used: our stores must be able to store it, and ids must be valid in the team's URLs.</summary>
internal static class AnswerText
{
    private const int LongestId = 200;

    /// <summary>
    /// <c>false</c> if a text of the JSON document contains NUL, an unpaired surrogate or invalid UTF-8, which PostgreSQL and UTF-8 cannot store.
    /// </summary>
    /// <exception cref="JsonException">The bytes are not JSON, or nested too deeply.</exception>
    public static bool CanBeStored(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                {
                    return false;
                }
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return true;
    }

    /// <summary>Whether a text is valid as a team's id: one line, and not a path segment that means another resource in a URL.</summary>
    public static bool IsId(string? text) =>
        text is { Length: > 0 and <= LongestId } and not ("." or "..") && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
