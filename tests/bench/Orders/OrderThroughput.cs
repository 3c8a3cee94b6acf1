using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// Whole orders a second through the HTTP API, and what one costs, with 1, 16 and 64 in flight. Older checkouts that <c>BENCH_BESIDE</c> names are
/// measured beside this one in alternating turns, so that all of them meet the machine in the same moods. With <c>TEMPORAL_ADDRESS</c> and
/// <c>ConnectionStrings__Orders</c> set it measures against that cluster and that database. <c>BENCH_IN_FLIGHT</c> (such as <c>1,64</c>) chooses among the
/// loads, and <c>BENCH_WITH</c> (such as <c>DOTNET_TieredPGO=0,DOTNET_gcServer=1</c>) measures this checkout beside itself with each of these settings.
/// </summary>
internal static class OrderThroughput
{
    private const int Members = 50;
    private const int WarmUp = 200;

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
        private readonly List<double> hostCosts = [];
        private readonly List<double> partnersCosts = [];
        private readonly List<double> storeBytes = [];
        private readonly List<double> temporalBytes = [];
        private readonly ConcurrentBag<OrderTimes> times = [];
        private int next;

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
            var (host, partners) = (system.Host.ProcessorTime, system.Partners.ProcessorTime);
            var (store, temporal) = (system.BytesOf("orders.db"), system.BytesOf("temporal.db"));
            var clock = Stopwatch.StartNew();
            await PlayAsync(load.OrdersInTurn, load.InFlight, cancellationToken);
            rates.Add(load.OrdersInTurn / clock.Elapsed.TotalSeconds);
            hostCosts.Add((system.Host.ProcessorTime - host).TotalMilliseconds / load.OrdersInTurn);
            partnersCosts.Add((system.Partners.ProcessorTime - partners).TotalMilliseconds / load.OrdersInTurn);
            storeBytes.Add((system.BytesOf("orders.db") - store) / 1024.0 / load.OrdersInTurn);
            temporalBytes.Add((system.BytesOf("temporal.db") - temporal) / 1024.0 / load.OrdersInTurn);
        }

        /// <summary>Prints what its turns came to, and begins another load.</summary>
        public void Print(Load load, Contender first)
        {
            Figures.Print($"{system.Name}, {load.InFlight} in flight", "orders/s", rates);
            Figures.Print("  processor time of API, worker, server", "ms/order", hostCosts);
            Figures.Print("  processor time of the other teams", "ms/order", partnersCosts);
            Figures.PrintPercentiles("  POST /v1/orders", times.Select(time => time.Post));
            Figures.PrintPercentiles("  answered until delivered", times.Select(time => time.Delivered));
            Figures.PrintPercentiles("  POST confirmation", times.Select(time => time.Confirmation));
            Figures.PrintPercentiles("  whole order", times.Select(time => time.Whole));
            Figures.Print("  orders.db grows by", "KB/order", storeBytes);
            Figures.Print("  temporal.db grows by", "KB/order", temporalBytes);
            if (first != this)
            {
                Figures.Print("  the first one's rate over this one's", "", first.previous.Zip(rates, (ours, theirs) => ours / theirs), decimals: 2);
            }

            previous = [.. rates];
            rates.Clear();
            hostCosts.Clear();
            partnersCosts.Clear();
            storeBytes.Clear();
            temporalBytes.Clear();
            times.Clear();
        }

        private IReadOnlyList<double> previous = [];

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
                var (memberId, client) = customers[(Interlocked.Increment(ref next) & int.MaxValue) % customers.Count];
                times.Add(await OrderLife.PlayAsync(client, memberId, token));
            });
    }
}
