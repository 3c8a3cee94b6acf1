using System.Globalization;
using System.Text;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Tokenizes texts for full-text search: words are runs of letters and digits, ignoring case.</summary>
internal static class TextWords
{
    /// <summary>Returns the words of a text in order.</summary>
    public static string[] Of(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse)
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }
        return [.. words];
    }

    /// <summary>Returns whether the words contain one of the phrases, which is a sequence of consecutive words.</summary>
    public static bool ContainAny(string[] words, string[][] phrases) =>
        Array.Exists(phrases, phrase => phrase.Length > 0 && words.AsSpan().IndexOf(phrase) >= 0);
}
