using EmbeddedTemporal.Persistence;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>How many commits share a flush follows how many come.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public class GroupSizeTests
{
    [Test]
    public void At_first_no_commit_waits_for_another() => Assert.That(new GroupSize().Commits, Is.EqualTo(1));

    [Test]
    public void Under_load_sixteen_share_a_flush_and_no_more()
    {
        var size = new GroupSize();
        Settle(size, atWork: 50);
        Assert.That(size.Commits, Is.EqualTo(16));
    }

    [Test]
    public void What_comes_while_others_are_written_counts_at_once()
    {
        var size = new GroupSize();
        for (var group = 0; group < 15; group++)
        {
            size.Observe(atOnce: true);
        }

        Assert.That(size.Commits, Is.EqualTo(16));
        size.Observe(atOnce: true);
        Assert.That(size.Commits, Is.EqualTo(16));
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(10)]
    public void No_more_are_waited_for_than_are_at_work(int atWork)
    {
        var size = new GroupSize();
        Settle(size, atWork: 50);
        var inVain = Settle(size, atWork);
        Assert.That(size.Commits, Is.InRange(atWork, atWork + 1));

        // Once it has settled it is tried every now and then whether there are more.
        inVain += Settle(size, atWork);
        Assert.That(inVain, Is.LessThan((16 - atWork) + (2_000 / 8)));
    }

    [Test]
    public void A_run_that_is_left_alone_soon_waits_for_nobody()
    {
        var size = new GroupSize();
        Settle(size, atWork: 50);
        for (var commit = 0; commit < 15; commit++)
        {
            WriteAfterSilence(size, othersCame: false);
        }

        Assert.That(size.Commits, Is.EqualTo(1));
        WriteAfterSilence(size, othersCame: false);
        Assert.That(size.Commits, Is.EqualTo(1));
    }

    [Test]
    public void Silence_that_ends_while_the_group_is_written_was_a_lull()
    {
        var size = new GroupSize();
        Settle(size, atWork: 50);
        WriteAfterSilence(size, othersCame: true);
        Assert.That(size.Commits, Is.EqualTo(16));

        // It is this group's silence that counts, not one before it.
        size.Observe(atOnce: false);
        size.Written(othersCame: false);
        Assert.That(size.Commits, Is.EqualTo(16));
    }

    [Test]
    public void The_fewer_are_waited_for_the_sooner_their_absence_counts()
    {
        var size = new GroupSize();
        Settle(size, atWork: 50);
        var underLoad = size.Quiet;
        Settle(size, atWork: 4);
        Assert.That((underLoad, size.Quiet), Is.EqualTo((4, 1)));
    }

    /// <summary>A thousand groups of runs of which each commits once in each; answers how many groups waited for more than there are.</summary>
    private static int Settle(GroupSize size, int atWork)
    {
        var inVain = 0;
        for (var group = 0; group < 1_000; group++)
        {
            if (size.Commits <= atWork)
            {
                size.Observe(atOnce: false);
                size.Written(othersCame: size.Commits < atWork);
            }
            else
            {
                WriteAfterSilence(size, othersCame: false);
                inVain++;
            }
        }

        return inVain;
    }

    private static void WriteAfterSilence(GroupSize size, bool othersCame)
    {
        size.Missed();
        size.Written(othersCame);
    }
}
