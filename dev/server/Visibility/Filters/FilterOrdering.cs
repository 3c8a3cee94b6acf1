namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>The order of attribute values.</summary>
internal static class FilterOrdering
{
    /// <summary>Compares two values; numbers of both kinds with each other, texts by code point, values of different kinds never as equal.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        (long a, double b) => ((double)a).CompareTo(b),
        (double a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (DateTime a, DateTime b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        _ => Rank(left).CompareTo(Rank(right)),
    };

    // As SQLite orders what has different types: numbers (and truth values) before texts.
    private static int Rank(object value) => value switch
    {
        bool => 0,
        long or double => 1,
        DateTime => 2,
        _ => 3,
    };
}
