using System.Text;
using System.Text.RegularExpressions;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// What text from outside may be. Every check is about the whole text: <c>$</c>, which also matches before a last line feed, is used nowhere.
/// No text that passes holds NUL or half of a surrogate pair, which PostgreSQL and UTF-8 cannot store.
/// </summary>
internal static partial class Texts
{
    /// <summary>Longest id, code or name of a person, characters.</summary>
    public const int LongestName = 200;

    /// <summary>Longest reason, note or delivery note, characters.</summary>
    public const int LongestNote = 500;

    private const int LongestPhone = 40;
    private const int LongestCursor = 1_000;

    /// <summary>Whether every UTF-16 unit belongs to a character.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    /// <summary>One line: no control characters and no separators of lines.</summary>
    public static bool IsLine(string text) =>
        IsWellFormed(text) && !text.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029');

    /// <summary>Lines of text: no control characters but tabs and line ends.</summary>
    public static bool IsNote(string text) =>
        IsWellFormed(text) && !text.Any(character => char.IsControl(character) && character is not ('\t' or '\n' or '\r'));

    /// <summary>An id or a code. <c>.</c> and <c>..</c> are none: in an address they mean another resource.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && !string.IsNullOrWhiteSpace(text) && text is not ("." or "..") && IsLine(text);

    /// <summary>A phone number in any of its spellings, with at least one digit.</summary>
    public static bool IsPhone(string text) => text.Length <= LongestPhone && Phone().IsMatch(text) && text.Any(char.IsAsciiDigit);

    /// <summary>A cursor as lists make them: base64url of one line.</summary>
    public static bool IsCursor(string text)
    {
        if (text.Length is 0 or > LongestCursor || !Base64().IsMatch(text))
        {
            return false;
        }

        try
        {
            var decoded = System.Buffers.Text.Base64Url.DecodeFromChars(text);
            return IsLine(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(decoded));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }
    }

    public static bool IsPostalCode(string text) => text.Length == 5 && text.All(char.IsAsciiDigit);

    /// <summary>A word such as <c>card</c> or <c>change-of-mind</c>.</summary>
    public static bool IsWord(string text) => Word().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"\A[+0-9][0-9 ()\-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Phone();

    [GeneratedRegex(@"\A[A-Za-z0-9_\-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base64();
}
