using EmbeddedTemporal.Visibility.Filters;

namespace EmbeddedTemporal.Visibility;

/// <summary>Where records stand in a list: open before closed, later closed first, then later started first, then by run id.</summary>
internal static class VisibilityOrder
{
    public static IComparer<VisibilityEntry> Usual { get; } =
        Comparer<VisibilityEntry>.Create((x, y) => x.Position.CompareTo(y.Position, []));
}

/// <summary>A place in a list, which a page token names. It stays a place when the record that stood there is gone.</summary>
/// <param name="CloseTime">Ticks of the close time, or of the end of time.</param>
/// <param name="StartTime">Ticks of the start time.</param>
/// <param name="RunId">The run.</param>
/// <param name="Keys">The values of the order asked for, before all of these.</param>
internal readonly record struct VisibilityPosition(long CloseTime, long StartTime, string RunId, object?[] Keys)
{
    public static VisibilityPosition Of(VisibilityEntry entry, IReadOnlyList<FilterKey> order) => order.Count == 0
        ? entry.Position
        : entry.Position with { Keys = [.. order.Select(key => VisibilityEntry.Getter(key.Column.Name)(entry))] };

    public int CompareTo(VisibilityPosition other, IReadOnlyList<FilterKey> order)
    {
        for (var i = 0; i < order.Count; i++)
        {
            if (CompareKeys(Keys[i], other.Keys[i], order[i].Descending) is var difference and not 0)
            {
                return difference;
            }
        }
        return other.CloseTime != CloseTime ? other.CloseTime.CompareTo(CloseTime)
            : other.StartTime != StartTime ? other.StartTime.CompareTo(StartTime)
            : string.CompareOrdinal(RunId, other.RunId);
    }

    // A record without the attribute comes last in both directions.
    private static int CompareKeys(object? left, object? right, bool descending) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => FilterOrdering.Compare(left, right) * (descending ? -1 : 1),
    };
}
