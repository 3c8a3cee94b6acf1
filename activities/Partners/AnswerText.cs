using System.Text.Json;

namespace OrderOrchestration.Activities.Partners;

/// <summary>What text of another team's answer may be, before anything is read of it: our stores, and the team's own addresses, have to hold it.</summary>
internal static class AnswerText
{
    private const int LongestId = 200;

    /// <summary>Whether no text of a JSON document holds NUL, half of a surrogate pair or bytes that are no UTF-8, which PostgreSQL and UTF-8 cannot store.</summary>
    /// <exception cref="JsonException">The bytes are no JSON, or nested too deep.</exception>
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

    /// <summary>An id that a team gave: one line, and no name that means another resource in an address.</summary>
    public static bool IsId(string? text) =>
        text is { Length: > 0 and <= LongestId } and not ("." or "..") && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
