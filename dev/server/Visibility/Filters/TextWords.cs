using System.Globalization;
using System.Text;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Texts are searched by their words: runs of letters and digits, in any case.</summary>
internal static class TextWords
{
    /// <summary>Answers the words of a text in order.</summary>
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

    /// <summary>Answers whether the words hold one of the phrases, that is, its words in a row.</summary>
    public static bool ContainAny(string[] words, string[][] phrases) =>
        Array.Exists(phrases, phrase => phrase.Length > 0 && words.AsSpan().IndexOf(phrase) >= 0);
}
