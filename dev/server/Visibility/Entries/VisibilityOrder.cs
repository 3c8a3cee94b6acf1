namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>The list order: running before closed, later closed first, then later started first, then by run id.</summary>
internal static class VisibilityOrder
{
    public static IComparer<VisibilityEntry> Usual { get; } = Comparer<VisibilityEntry>.Create((x, y) => x.Position.CompareTo(y.Position));
}

/// <summary>A position in the list order, for page tokens. It stays valid when the record at the position is deleted.</summary>
/// <param name="CloseTime">Ticks of the close time; of the year 9999 for a running workflow.</param>
/// <param name="StartTime">Ticks of the start time.</param>
/// <param name="RunId">The run id.</param>
internal readonly record struct VisibilityPosition(long CloseTime, long StartTime, string RunId)
{
    public int CompareTo(VisibilityPosition other) =>
        other.CloseTime != CloseTime ? other.CloseTime.CompareTo(CloseTime)
        : other.StartTime != StartTime ? other.StartTime.CompareTo(StartTime)
        : string.CompareOrdinal(RunId, other.RunId);
}
