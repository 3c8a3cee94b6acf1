using System.Text;
using System.Text.RegularExpressions;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// Checks of text in requests. The patterns end with <c>\z</c>, because <c>$</c> also matches before a trailing line feed.
/// Valid text contains no NUL and no unpaired surrogate, which PostgreSQL and UTF-8 cannot store.
/// </summary>
internal static partial class Texts
{
    /// <summary>Maximum length of an id, a code or a person's name, characters.</summary>
    public const int LongestName = 200;

    /// <summary>Maximum length of a reason, note or delivery note, characters.</summary>
    public const int LongestNote = 500;

    private const int MaxPhoneLength = 40;
    private const int MaxCursorLength = 1_000;

    /// <summary>Whether the text contains no unpaired surrogate.</summary>
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

    /// <summary>One line: no control characters and no line separators.</summary>
    public static bool IsLine(string text) =>
        IsWellFormed(text) && !text.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029');

    /// <summary>Text of one or more lines: no control characters except tabs and line breaks.</summary>
    public static bool IsNote(string text) =>
        IsWellFormed(text) && !text.Any(character => char.IsControl(character) && character is not ('\t' or '\n' or '\r'));

    /// <summary>An id or a code. <c>.</c> and <c>..</c> are invalid, because in a URL they refer to another resource.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && !string.IsNullOrWhiteSpace(text) && text is not ("." or "..") && IsLine(text);

    /// <summary>A phone number in any of its spellings, with at least one digit.</summary>
    public static bool IsPhone(string text) => text.Length <= MaxPhoneLength && Phone().IsMatch(text) && text.Any(char.IsAsciiDigit);

    /// <summary>A cursor in the form that lists create: base64url of one line.</summary>
    public static bool IsCursor(string text)
    {
        if (text.Length is 0 or > MaxCursorLength || !Base64().IsMatch(text))
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
