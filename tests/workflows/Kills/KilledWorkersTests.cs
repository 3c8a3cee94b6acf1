using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>
/// The chaos run: workers are killed at random moments with dozens of orders in flight, while the teams fail calls and repeat and reorder their events. Once
/// that is over every order ends, the books balance, and nothing happened twice. <c>ORDER_TESTS_CHAOS=orders,kills</c> makes it longer, with a seed of the moment.
/// </summary>
public sealed class KilledWorkersTests
{
    private static readonly FaultRule[] ChaosFaults =
    [
        new(Probability: 0.08, Status: 503),
        new(Probability: 0.08, LostAnswer: LostAnswer.Abort),
        new(Probability: 0.03, LostAnswer: LostAnswer.GatewayTimeout),
        new(Probability: 0.2, LatencyMs: 20, JitterMs: 80),
        new(Team.Logistics, Probability: 0.15, Webhooks: new WebhookFault(Reorder: true)),
        new(Probability: 0.3, Webhooks: new WebhookFault(Repetitions: 1)),
        new(Probability: 0.1, Webhooks: new WebhookFault(DropTries: 1)),
    ];

    private static readonly (int Orders, int Kills, int Seed) Size = Environment.GetEnvironmentVariable("ORDER_TESTS_CHAOS") is { } wanted
        ? (int.Parse(wanted.Split(',')[0], null), int.Parse(wanted.Split(',')[1], null), Environment.TickCount)
        : (32, 2, 20_260_101);

    [Test]
    [CancelAfter(600_000)]
    public async Task Every_order_ends_and_the_books_balance_though_workers_are_killed_at_random_moments(CancellationToken cancellationToken)
    {
        await TestContext.Out.WriteLineAsync($"{Size.Orders} orders, {Size.Kills} kills and as many stops, seed {Size.Seed}");
        await using var harness = await ChaosHarness.StartAsync(Size.Seed);
        harness.Teams.Faults.Set(ChaosFaults, Size.Seed);
        var customers = Enumerable.Range(0, Size.Orders).Select(i => new Customer(harness, OrderHarness.NewOrderId(), i).LiveAsync(cancellationToken)).ToList();

        await WorkersComeAndGoAsync(harness, cancellationToken);
        harness.Teams.Faults.Clear();
        using var lastRun = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lasting = harness.RunWorkerAsync(lastRun.Token);
        string[] kinds;
        IReadOnlyList<OrderView> ended;
        try
        {
            kinds = await Task.WhenAll(customers);
            ended = await harness.EndAsync(cancellationToken);
        }
        finally
        {
            // Also where the test fails: a worker that goes on would block the disposal of everything else.
            await lastRun.CancelAsync();
            await lasting;
        }

        await TestContext.Out.WriteLineAsync(string.Join(", ", kinds.CountBy(kind => kind).Select(kind => $"{kind.Value} {kind.Key}")));
        await TestContext.Out.WriteLineAsync(string.Join(", ", ended.CountBy(view => view.Status).Select(end => $"{end.Value} {end.Key}")));
        Assert.That(ended.Select(view => view.Status), Is.All.AnyOf(OrderStatus.Completed, OrderStatus.Cancelled, OrderStatus.Refunded));
        await harness.InvariantsHoldAsync();
    }

    /// <summary>In turn a worker process is killed and a worker of this process is stopped, each after a random number of calls.</summary>
    private static async Task WorkersComeAndGoAsync(ChaosHarness harness, CancellationToken cancellationToken)
    {
        var dice = new Random(Size.Seed);
        for (var round = 0; round < Size.Kills; round++)
        {
            await using (var process = harness.StartProcess())
            {
                await harness.UntilCallsAsync(dice.Next(20, 80), cancellationToken);
                await process.KillAsync();
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = harness.RunWorkerAsync(stop.Token);
            await harness.UntilCallsAsync(dice.Next(10, 50), cancellationToken);
            await stop.CancelAsync();
            await running;
        }
    }
}
