using System.Globalization;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>
/// Random crash runs: a random scenario with a random basket, cut several times at random events in random ways, ends with the same ledger and the same books as
/// without a cut. <c>ORDER_CRASH_RANDOM=lives[,seed]</c>: so many orders, from that seed on. A failure names its seed: <c>ORDER_CRASH_RANDOM=1,seed</c> plays it
/// alone.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class RandomCrashTests
{
    /// <summary>One server and its teams serve so many orders, so that no member runs out of points or buys enough to change its tier.</summary>
    private const int LivesOfAHarness = 60;

    private const int MostCuts = 6;
    private const int FarthestEvent = 40;

    private static readonly IReadOnlyList<CrashScenario> Scenarios = [.. CrashScenario.All, .. CrashScenario.More];

    private static readonly IReadOnlyList<(string Name, Func<OrderRequest, OrderRequest> Fill)> Baskets =
    [
        ("plain", request => request),
        ("coupon-and-points", request => request with { CouponCode = "EVERY3", Points = new Won(1_000) }),
        ("two-parcels", request => request with { Lines = [.. request.Lines, new LineQuantity("p-603", 2)] }),
    ];

    [Test]
    public async Task Cut_at_random_events_in_random_ways_an_order_ends_with_the_same_ledger_and_books()
    {
        var (lives, seed) = Asked();
        var cuts = 0;
        foreach (var seeds in Enumerable.Range(seed, lives).Chunk(LivesOfAHarness))
        {
            await using var harness = await OrderHarness.StartAsync(limits: Interruption.Limits, taskTimeout: TimeSpan.FromSeconds(2));
            await using var retries = harness.SkipRetries();
            var uncut = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var own in seeds)
            {
                cuts += await LiveAsync(harness, own, uncut);
            }

            Assert.That(harness.Teams.Books.Imbalances, Is.Empty, "the teams' own books");
        }

        await TestContext.Out.WriteLineAsync($"{lives} lives from seed {seed}: {cuts} cuts");
        Assert.That(cuts, Is.GreaterThan(lives), "lives were cut");
    }

    /// <returns>How often it was cut.</returns>
    private static async Task<int> LiveAsync(OrderHarness harness, int seed, Dictionary<string, string> uncut)
    {
        var dice = new Random(seed);
        var scenario = Scenarios[dice.Next(Scenarios.Count)];
        var basket = Baskets[dice.Next(Baskets.Count)];
        var kinds = Enum.GetValues<InterruptionKind>();
        var plan = Enumerable.Range(0, dice.Next(2, MostCuts + 1)).Select(_ => (Kind: kinds[dice.Next(kinds.Length)], Events: dice.Next(1, FarthestEvent))).ToList();
        var name = $"{scenario}, {basket.Name}";
        if (!uncut.TryGetValue(name, out var expected))
        {
            var undisturbed = await CrashHarness.StartAsync(harness, scenario, basket.Fill);
            await CrashHarness.PlayAsync(scenario, undisturbed, "uncut");
            expected = uncut[name] = CrashHarness.Outcome(harness, undisturbed);
        }

        var how = $"life {seed.ToString(CultureInfo.InvariantCulture)}, {basket.Name}: {string.Join(", ", plan.Select(cut => $"{cut.Kind} after {cut.Events}"))}";
        var order = await CrashHarness.StartAsync(harness, scenario, basket.Fill);
        using var end = new CancellationTokenSource();
        var cutting = CutAsync(harness, order, plan, end.Token);
        await CrashHarness.PlayAsync(scenario, order, how);
        await end.CancelAsync();
        var cuts = await cutting;
        await order.WhenClosedAsync();
        Assert.That(CrashHarness.Outcome(harness, order), Is.EqualTo(expected), $"{scenario}, {how}");
        return cuts;
    }

    /// <summary>One cut after the other, each so many events after the one before it; until the life is over.</summary>
    private static async Task<int> CutAsync(OrderHarness harness, PlacedOrder order, IEnumerable<(InterruptionKind Kind, int Events)> plan, CancellationToken stop)
    {
        var cuts = 0;
        try
        {
            foreach (var (kind, events) in plan)
            {
                var before = (await order.Handle.DescribeAsync(new() { Rpc = new() { CancellationToken = stop } })).HistoryLength;
                cuts += await new Interruption(harness, order, kind, before + events).MakeAsync(stop) ? 1 : 0;
            }
        }
        catch (Exception over) when (stop.IsCancellationRequested && over is OperationCanceledException or RpcException)
        {
            // The order reached its end before the next cut.
        }

        return cuts;
    }

    private static (int Lives, int Seed) Asked()
    {
        if (Environment.GetEnvironmentVariable("ORDER_CRASH_RANDOM") is not { Length: > 0 } asked)
        {
            return (6, 1);
        }

        var parts = asked.Split(',');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }
}
