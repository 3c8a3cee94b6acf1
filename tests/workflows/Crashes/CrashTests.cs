using OrderOrchestration.Tests.Workflows.Harness;

namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>
/// A crash at every event: each scenario of the cost table is played once without a cut; then, for the events of its history, its run is cut there: terminated and
/// restored from the snapshot, reset, continued as new, or its worker ended. It ends with the same ledger and the same books. A sample by default;
/// <c>ORDER_CRASH_ALL=1</c>: every event.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class CrashTests
{
    private const int AtOnce = 4;

    /// <summary>After this time the server gives the tasks of an ended worker to the next one.</summary>
    private static readonly TimeSpan TaskTimeout = TimeSpan.FromSeconds(2);

    private static bool All => Environment.GetEnvironmentVariable("ORDER_CRASH_ALL") == "1";

    [TestCaseSource(nameof(Cuts))]
    public async Task Cut_at_any_event_an_order_ends_with_the_same_ledger_and_books(object named, object how, int sampleStep)
    {
        var (scenario, kind) = ((CrashScenario)named, (InterruptionKind)how);
        await using var harness = await OrderHarness.StartAsync(limits: Interruption.Limits, taskTimeout: TaskTimeout);
        var (uncut, events) = await PlayUncutAsync(harness, scenario);
        var points = Points(events, All ? 1 : sampleStep).ToList();
        var cuts = 0;

        // One worker serves all orders of a harness, so ending it for one order ends it for all of them.
        await using var retries = kind == InterruptionKind.WorkerEnded ? harness.SkipRetries(AtOnce) : null;
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (eventId, stop) =>
        {
            var order = await CrashHarness.StartAsync(harness, scenario);
            var cut = new Interruption(harness, order, kind, eventId).MakeAsync(stop);
            await CrashHarness.PlayAsync(scenario, order, $"{kind} at {eventId}");
            Interlocked.Add(ref cuts, await cut ? 1 : 0);
            Assert.That(CrashHarness.Outcome(harness, order), Is.EqualTo(uncut), $"{scenario}, {kind} at event {eventId}");
        });

        await TestContext.Out.WriteLineAsync($"{scenario}, {kind}: {cuts} cuts of {points.Count}");
        Assert.That(cuts, Is.GreaterThan(points.Count / 2), "runs were cut");
        Assert.That(harness.Teams.Books.Imbalances, Is.Empty, "the teams' own books");
    }

    private static async Task<(string Outcome, int Events)> PlayUncutAsync(OrderHarness harness, CrashScenario scenario)
    {
        var order = await CrashHarness.StartAsync(harness, scenario);
        await CrashHarness.PlayAsync(scenario, order, "uncut");
        return (CrashHarness.Outcome(harness, order), (await order.Handle.FetchHistoryAsync()).Events.Count);
    }

    private static IEnumerable<long> Points(int events, int step)
    {
        for (var eventId = 2L; eventId < events; eventId += step)
        {
            yield return eventId;
        }
    }

    /// <summary>Odd strides, so that the samples cover every kind of event, and different events for each kind of cut.</summary>
    private static IEnumerable<TestCaseData> Cuts() =>
        from cut in new[] { (Kind: InterruptionKind.Terminated, SampleStep: 9), (Kind: InterruptionKind.Reset, SampleStep: 11), (Kind: InterruptionKind.ContinuedAsNew, SampleStep: 13), (Kind: InterruptionKind.WorkerEnded, SampleStep: 27) }
        from scenario in CrashScenario.All
        select new TestCaseData(scenario, cut.Kind, cut.SampleStep).SetArgDisplayNames(scenario.Name, $"{cut.Kind}");
}
