namespace EmbeddedTemporal.Persistence;

/// <summary>
/// The number of commits that should share a disk flush. A flush costs about the same for one commit and for sixteen, so under load it pays to wait for more
/// commits. But ten active runs never produce sixteen commits before one of them gets its result. So the number adapts: it grows while it is reached, and
/// shrinks when all active runs have committed before it is reached.
/// </summary>
internal sealed class GroupSize
{
    /// <summary>The maximum, at which a commit's share of the flush cost is small.</summary>
    private const int Most = 16;

    /// <summary>
    /// How often the number has to be reached, when commits had to wait for it, before it grows: a number that is too high delays every commit of the group.
    /// </summary>
    private const int HitsBeforeGrowth = 8;

    private int hits;
    private bool isMissed;

    /// <summary>Gets how many commits to wait for, from 1 to 16.</summary>
    public int Commits { get; private set; } = 1;

    /// <summary>
    /// Gets the time without a new commit, in milliseconds, after which all active runs are assumed to wait for this flush. With many active runs that is
    /// rare, so the interval is longer.
    /// </summary>
    public int Quiet => Math.Max(1, Commits / 4);

    /// <summary>Records that the number was reached.</summary>
    /// <param name="atOnce">Whether it was reached while the previous group was written, so that no commit had to wait for another.</param>
    public void Observe(bool atOnce)
    {
        hits += atOnce ? HitsBeforeGrowth : 1;
        if (hits >= HitsBeforeGrowth)
        {
            hits = 0;
            Commits = Math.Min(Most, Commits + 1);
        }
    }

    /// <summary>Records that fewer commits were waiting, and none was added for <see cref="Quiet"/>; evaluated by <see cref="Written"/>.</summary>
    public void Missed() => isMissed = true;

    /// <summary>
    /// Records that the group was written. If other commits arrived before any result of the group was returned, the quiet time was only a pause, for example
    /// of a worker's garbage collection. If none arrived, all active runs are in the group, so the number is too high.
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
