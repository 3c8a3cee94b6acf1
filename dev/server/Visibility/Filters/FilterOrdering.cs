namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>The order of search attribute values.</summary>
internal static class FilterOrdering
{
    /// <summary>Compares two values: integers and floating-point numbers with each other, strings ordinally, values of different types by type.</summary>
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

    // The order of different types in SQLite: numbers (and booleans) before strings.
    private static int Rank(object value) => value switch
    {
        bool => 0,
        long or double => 1,
        DateTime => 2,
        _ => 3,
    };
}
