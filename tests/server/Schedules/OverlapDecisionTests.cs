using EmbeddedTemporal.Schedules;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>Every combination of policies in the buffer, with and without a workflow running.</summary>
public sealed class OverlapDecisionTests
{
    // Letters: s skip, o buffer one, a buffer all, c cancel, t terminate, x allow all.
    [TestCase("", false, "", "", "", 0, "")]
    [TestCase("s", false, "", "0", "", 0, "")]
    [TestCase("s", true, "", "", "", 1, "")]
    [TestCase("sss", false, "", "0", "", 2, "")]
    [TestCase("o", true, "", "", "0", 0, "")]
    [TestCase("ooo", true, "", "", "0", 2, "")]
    [TestCase("ooo", false, "", "0", "1", 1, "")]
    [TestCase("aaa", true, "", "", "012", 0, "")]
    [TestCase("aaa", false, "", "0", "12", 0, "")]
    [TestCase("c", false, "", "0", "", 0, "")]
    [TestCase("c", true, "", "", "0", 0, "cancel")]
    [TestCase("ccc", false, "", "2", "", 0, "")]
    [TestCase("t", true, "", "", "0", 0, "terminate")]
    [TestCase("ct", true, "", "", "01", 0, "cancel terminate")]
    [TestCase("xxx", false, "012", "", "", 0, "")]
    [TestCase("xxx", true, "012", "", "", 0, "")]
    [TestCase("xs", false, "0", "1", "", 0, "")]
    [TestCase("xs", true, "0", "", "", 1, "")]
    [TestCase("xc", true, "", "", "1", 0, "cancel")]
    [TestCase("sat", false, "", "2", "1", 0, "")]
    public void The_buffer_is_settled_in_order(string buffer, bool running, string overlapping, string alone, string waiting, int skipped, string others)
    {
        List<BufferedStart> starts = [.. buffer.Select((letter, index) => new BufferedStart(
            DateTime.UnixEpoch.AddSeconds(index), DateTime.UnixEpoch, Policy(letter), false, "request", DateTime.MaxValue))];
        string Show(IEnumerable<BufferedStart> some) => string.Concat(some.Select(start => starts.IndexOf(start)));

        var decision = OverlapDecision.Of(starts, running, start => start.OverlapPolicy);

        Assert.That(Show(decision.Overlapping), Is.EqualTo(overlapping));
        Assert.That(decision.Single is null ? string.Empty : Show([decision.Single]), Is.EqualTo(alone));
        Assert.That(Show(decision.Waiting), Is.EqualTo(waiting));
        Assert.That(decision.Skipped, Is.EqualTo(skipped));
        Assert.That(string.Join(' ', Others(decision)), Is.EqualTo(others));
    }

    private static IEnumerable<string> Others(OverlapDecision decision)
    {
        if (decision.Cancel)
        {
            yield return "cancel";
        }
        if (decision.Terminate)
        {
            yield return "terminate";
        }
    }

    private static ScheduleOverlapPolicy Policy(char letter) => letter switch
    {
        's' => ScheduleOverlapPolicy.Skip,
        'o' => ScheduleOverlapPolicy.BufferOne,
        'a' => ScheduleOverlapPolicy.BufferAll,
        'c' => ScheduleOverlapPolicy.CancelOther,
        't' => ScheduleOverlapPolicy.TerminateOther,
        _ => ScheduleOverlapPolicy.AllowAll,
    };
}
