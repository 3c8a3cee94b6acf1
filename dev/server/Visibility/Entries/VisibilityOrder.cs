namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>Where records stand in a list: open before closed, later closed first, then later started first, then by run id.</summary>
internal static class VisibilityOrder
{
    public static IComparer<VisibilityEntry> Usual { get; } = Comparer<VisibilityEntry>.Create((x, y) => x.Position.CompareTo(y.Position));
}

/// <summary>A place in a list, which a page token names. It stays a place when the record that stood there is gone.</summary>
/// <param name="CloseTime">Ticks of the close time, or of the end of time.</param>
/// <param name="StartTime">Ticks of the start time.</param>
/// <param name="RunId">The run.</param>
internal readonly record struct VisibilityPosition(long CloseTime, long StartTime, string RunId)
{
    public int CompareTo(VisibilityPosition other) =>
        other.CloseTime != CloseTime ? other.CloseTime.CompareTo(CloseTime)
        : other.StartTime != StartTime ? other.StartTime.CompareTo(StartTime)
        : string.CompareOrdinal(RunId, other.RunId);
}
