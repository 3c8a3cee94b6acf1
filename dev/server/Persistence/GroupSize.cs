namespace EmbeddedTemporal.Persistence;

/// <summary>
/// How many commits should share a flush. A flush costs the machine much the same for one commit and for sixteen, so under load it pays to let them
/// gather; but of ten runs at work never sixteen commit before one of them is answered. So the number follows what comes: it grows while it is met,
/// and shrinks where all who could commit have done so before.
/// </summary>
internal sealed class GroupSize
{
    /// <summary>By then a commit's share of a flush is small.</summary>
    private const int Most = 16;

    /// <summary>Where commits had to wait for it, it is met so often before it grows: to miss it costs every commit of the group a wait in vain.</summary>
    private const int MetBeforeMore = 8;

    private int met;
    private bool isMissed;

    /// <summary>Gets how many commits to wait for, from 1 to 16.</summary>
    public int Commits { get; private set; } = 1;

    /// <summary>
    /// Gets how long no commit comes, in milliseconds, before the runs at work must be taken to wait for this flush. With many at work that is rare,
    /// and not worth a look every millisecond.
    /// </summary>
    public int Quiet => Math.Max(1, Commits / 4);

    /// <summary>So many commits wait, or more.</summary>
    /// <param name="atOnce">They came while the group before was written, so that none had to wait for another.</param>
    public void Observe(bool atOnce)
    {
        met += atOnce ? MetBeforeMore : 1;
        if (met >= MetBeforeMore)
        {
            met = 0;
            Commits = Math.Min(Most, Commits + 1);
        }
    }

    /// <summary>Fewer waited, and no more came for <see cref="Quiet"/>. What that means shows when they are written.</summary>
    public void Missed() => isMissed = true;

    /// <summary>
    /// The group is on disk. If others came before one of it was answered, the silence was a lull, as when a worker's threads wait for a processor or
    /// collect garbage; if none did, all the runs at work are in the group, and more than so many cannot come.
    /// </summary>
    public void Written(bool othersCame)
    {
        if (isMissed && !othersCame)
        {
            Commits = Math.Max(1, Commits - 1);
        }

        isMissed = false;
    }
}
