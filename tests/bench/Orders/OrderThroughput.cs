using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// Whole orders a second through the HTTP API, and what one costs, with 1, 16 and 64 in flight. Older checkouts that <c>BENCH_BESIDE</c> names are
/// measured beside this one in alternating turns, so that all of them meet the machine in the same moods. <c>orders</c> measures the host with its embedded
/// server and SQLite, <c>orders-on-cluster</c> with a Temporal server and PostgreSQL beside it. <c>BENCH_IN_FLIGHT</c> (such as <c>1,64</c>) chooses among
/// the loads, and <c>BENCH_WITH</c> (such as <c>DOTNET_TieredPGO=0,DOTNET_gcServer=1</c>) measures this checkout beside itself with each of these settings.
/// </summary>
internal static class OrderThroughput
{
    private const int Members = 50;
    // Until the runtime has compiled what is often called for the second time: before, a tenth of the processor counts calls.
    private const int WarmUp = 1_000;

    private static readonly Load[] Loads =
    [
        new(InFlight: 1, OrdersInTurn: 30, Turns: 4),
        new(InFlight: 16, OrdersInTurn: 160, Turns: 4),
        new(InFlight: 64, OrdersInTurn: 256, Turns: 4),
    ];

    public static Task RunAsync(CancellationToken cancellationToken) => RunAsync(
        [
            .. Checkout.Beside().Prepend(Checkout.Own).Select(checkout => (Func<Task<OrderSystem>>)(() => OrderSystem.StartAsync(checkout, cancellationToken))),
            .. Settings().Select(setting => (Func<Task<OrderSystem>>)(() => OrderSystem.StartAsync(Checkout.Own, cancellationToken, setting))),
        ],
        cancellationToken);

    /// <summary>The same on a Temporal server and PostgreSQL, each system on its own.</summary>
    public static async Task RunOnClusterAsync(CancellationToken cancellationToken)
    {
        var checkouts = Checkout.Beside().Prepend(Checkout.Own).ToList();
        if (checkouts.Count > 1 && Environment.GetEnvironmentVariable("TEMPORAL_ADDRESS") is { } address)
        {
            throw new InvalidOperationException($"two systems on one cluster would take each other's orders: unset BENCH_BESIDE, or TEMPORAL_ADDRESS ({address}), for servers of their own");
        }

        try
        {
            await RunAsync(
                checkouts.Select(checkout => (Func<Task<OrderSystem>>)(async () =>
                    await OrderSystem.StartAsync(checkout, cancellationToken, cluster: await Cluster.StartAsync(cancellationToken)))),
                cancellationToken);
        }
        finally
        {
            PostgreSqlCluster.Stop();
        }
    }

    /// <summary>The same with personal data encrypted, as it always is, and in clear.</summary>
    public static Task RunPrivacyAsync(CancellationToken cancellationToken) => RunAsync(
        [
            () => OrderSystem.StartAsync(Checkout.Own, cancellationToken, ("encrypted", Protection, "true")),
            () => OrderSystem.StartAsync(Checkout.Own, cancellationToken, ("in clear", Protection, "false")),
        ],
        cancellationToken);

    private static IEnumerable<(string Name, string Variable, string Value)> Settings() =>
        (Environment.GetEnvironmentVariable("BENCH_WITH") ?? string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => (setting, setting.Split('=')[0], setting.Split('=')[1]));

    private const string Protection = "Embedded__Privacy__Enabled";

    private static async Task RunAsync(IEnumerable<Func<Task<OrderSystem>>> systems, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender>();
        DiskFlush.Print(cancellationToken);
        try
        {
            foreach (var start in systems)
            {
                var contender = new Contender(await start());
                contenders.Add(contender);
                await contender.WarmUpAsync(cancellationToken);
            }

            var only = Environment.GetEnvironmentVariable("BENCH_IN_FLIGHT")?.Split(',').Select(int.Parse).ToList();
            foreach (var load in Loads.Where(load => only is null || only.Contains(load.InFlight)))
            {
                for (var turn = 0; turn < load.Turns; turn++)
                {
                    // Each goes first as often as the others: what runs after a pause finds colder caches.
                    foreach (var contender in turn % 2 == 0 ? contenders : contenders.AsEnumerable().Reverse())
                    {
                        await contender.TakeTurnAsync(load, cancellationToken);
                    }
                }

                contenders.ForEach(contender => contender.Print(load, contenders[0]));
            }

            foreach (var contender in contenders)
            {
                await contender.PrintHistoriesAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var contender in contenders)
            {
                await contender.DisposeAsync();
            }
        }
    }

    private sealed record Load(int InFlight, int OrdersInTurn, int Turns);

    private sealed class Contender(OrderSystem system) : IAsyncDisposable
    {
        private readonly List<(string MemberId, HttpClient Client)> customers = [];
        private readonly List<double> rates = [];
        private readonly List<(string Name, string Unit, double PerOrder)> costs = [];
        private readonly ConcurrentBag<OrderTimes> times = [];
        private int next;
        private int played;

        public async Task WarmUpAsync(CancellationToken cancellationToken)
        {
            for (var number = 0; number < Members; number++)
            {
                var memberId = $"m-{100 + number}";
                customers.Add((memberId, await system.CustomerAsync(memberId, cancellationToken)));
            }

            await PlayAsync(WarmUp, 16, cancellationToken);
            times.Clear();
        }

        public async Task TakeTurnAsync(Load load, CancellationToken cancellationToken)
        {
            var before = await system.UsageAsync(cancellationToken);
            var flushes = system.CountFlushes();
            var clock = Stopwatch.StartNew();
            await PlayAsync(load.OrdersInTurn, load.InFlight, cancellationToken);
            rates.Add(load.OrdersInTurn / clock.Elapsed.TotalSeconds);
            foreach (var (name, counter) in flushes)
            {
                costs.Add((name, "an order", (double)await counter.StopAsync() / load.OrdersInTurn));
            }

            costs.AddRange((await system.UsageAsync(cancellationToken)).Since(before, load.OrdersInTurn));
        }

        /// <summary>Prints what its turns came to, and begins another load.</summary>
        public void Print(Load load, Contender first)
        {
            Figures.Print($"{system.Name}, {load.InFlight} in flight", "orders/s", rates);
            Figures.PrintPercentiles("  POST /v1/orders", times.Select(time => time.Post));
            Figures.PrintPercentiles("  answered until delivered", times.Select(time => time.Delivered));
            Figures.PrintPercentiles("  POST confirmation", times.Select(time => time.Confirmation));
            Figures.PrintPercentiles("  whole order", times.Select(time => time.Whole));
            foreach (var cost in costs.GroupBy(cost => (cost.Name, cost.Unit)))
            {
                Figures.Print("  " + cost.Key.Name, cost.Key.Unit, cost.Select(each => each.PerOrder));
            }

            if (first != this)
            {
                Figures.Print("  the first one's rate over this one's", "", first.previous.Zip(rates, (ours, theirs) => ours / theirs), decimals: 2);
            }

            previous = [.. rates];
            rates.Clear();
            costs.Clear();
            times.Clear();
        }

        private IReadOnlyList<double> previous = [];

        /// <summary>What the server keeps of the orders that ended last, and what a hosted one would bill for them.</summary>
        public async Task PrintHistoriesAsync(CancellationToken cancellationToken)
        {
            var client = await TemporalClient.ConnectAsync(new(system.Temporal));
            var histories = new List<IReadOnlyCollection<HistoryEvent>>();
            await foreach (var order in client.ListWorkflowsAsync("WorkflowType = 'OrderWorkflow' AND ExecutionStatus = 'Completed'").WithCancellation(cancellationToken))
            {
                histories.Add([.. (await client.GetWorkflowHandle(order.Id, order.RunId).FetchHistoryAsync()).Events]);
                if (histories.Count == 50)
                {
                    break;
                }
            }

            if (histories.Count == 0)
            {
                Console.WriteLine($"{system.Name}: its orders' workflows do not end");
                return;
            }

            Figures.Print($"{system.Name}, hosted Temporal's actions", "an order", histories.Select(events => (double)HostedActions.Of(events)));
            Figures.Print("  workflow tasks", "an order", histories.Select(events => (double)events.Count(entry => entry.EventType == EventType.WorkflowTaskCompleted)));
            Figures.Print("  events", "an order", histories.Select(events => (double)events.Count));
            Figures.Print("  history", "KB/order", histories.Select(events => events.Sum(entry => entry.CalculateSize()) / 1024.0));
            foreach (var (statement, calls, milliseconds) in await system.MostFrequentStatementsAsync(cancellationToken))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(double)calls / played,6:N1} an order, {milliseconds / calls,6:N2} ms each: {statement[..Math.Min(statement.Length, 140)]}"));
            }
        }

        public async ValueTask DisposeAsync()
        {
            customers.ForEach(customer => customer.Client.Dispose());
            await system.DisposeAsync();
        }

        private Task PlayAsync(int orders, int inFlight, CancellationToken cancellationToken) => Parallel.ForAsync(
            0,
            orders,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                Interlocked.Increment(ref played);
                var (memberId, client) = customers[(Interlocked.Increment(ref next) & int.MaxValue) % customers.Count];
                times.Add(await OrderLife.PlayAsync(client, memberId, token));
            });
    }
}
