using System.Diagnostics;
using System.Globalization;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>
/// What is asked of the store all day beside 10,000 finished orders, and beside 1,000,000, on SQLite and on PostgreSQL: the median of 200 calls, and how
/// much longer it is. <c>BENCH_FINISHED</c> is another number of orders for a shorter look.
/// </summary>
internal static class FinishedOrders
{
    private const int Few = 10_000;
    private const int Samples = 200;
    private const int SettledLines = 10_000;
    private const int Sellers = 1_000;

    private static readonly int Many = int.Parse(Environment.GetEnvironmentVariable("BENCH_FINISHED") ?? "1000000", CultureInfo.InvariantCulture);

    private static int written;

    private static readonly (string Name, Func<BenchDatabase, int, CancellationToken, Task> Call)[] Calls =
    [
        ("an order", (database, n, token) => database.Service<IOrderQueries>().FindAsync(FinishedOrdersSeed.OrderId(n), token)),
        ("its timeline", (database, n, token) => database.Service<IOrderEvents>().PageAsync(FinishedOrdersSeed.OrderId(n), 0, 200, token)),
        ("the newest 50 orders", (database, _, token) => ListAsync(database, new OrderFilter(), token)),
        ("50 orders, half-way down the list", (database, _, token) => ListAsync(database, new OrderFilter(To: FinishedOrdersSeed.Middle), token)),
        ("a member's orders", (database, n, token) => ListAsync(database, new OrderFilter(MemberId: FinishedOrdersSeed.MemberId(n)), token)),
        ("50 completed orders", (database, _, token) => ListAsync(database, new OrderFilter(Status: OrderStatus.Completed), token)),
        ("the orders awaiting payment", (database, _, token) => ListAsync(database, new OrderFilter(Status: OrderStatus.AwaitingPayment), token)),
        ("the orders that wait for an operator", (database, _, token) => ListAsync(database, new OrderFilter(NeedsAttention: true), token)),
        ("50 orders of the greatest seller", (database, _, token) => ListAsync(database, new OrderFilter(SellerId: FinishedOrdersSeed.GreatestSeller), token)),
        ("the orders of a seller that sold little", (database, _, token) => ListAsync(database, new OrderFilter(SellerId: FinishedOrdersSeed.SmallestSeller), token)),
        ("sale-stopped: unpaid orders with it", (database, _, token) =>
            database.Service<IOrderQueries>().UnpaidOrdersWithProductAsync(FinishedOrdersSeed.BestSeller, string.Empty, 200, token)),
        ("the end of the feed", (database, _, token) => database.Service<IOrderQueries>().FeedEndAsync(token)),
        ("a record is written", (database, _, token) => database.Service<IOrderStore>().WriteAsync(NewRecord(), "run-1", token)),
    ];

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        var client = await server.OrderClientAsync();
        await BenchDatabase.WithEachKindAsync(async kind =>
        {
            var few = await MeasureAsync(client, kind, Few, cancellationToken);
            var many = await MeasureAsync(client, kind, Many, cancellationToken);
            foreach (var (name, median) in many)
            {
                Figures.Print($"{kind}, {name}: times as long", string.Empty, [median / few[name]], decimals: 2);
            }
        });
    }

    private static async Task<Dictionary<string, double>> MeasureAsync(TemporalClient client, string kind, int orders, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.NewAsync(kind, cancellationToken);
        var clock = Stopwatch.StartNew();
        await FinishedOrdersSeed.WriteAsync(database, orders, cancellationToken);
        Console.WriteLine($"{kind}, {orders:N0} finished orders, filled in {clock.Elapsed.TotalSeconds:F0} s");
        var medians = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, call) in Calls)
        {
            // The same orders each time, spread over all of them; the first calls compile and are not counted.
            var samples = new List<double>();
            for (var sample = -Samples; sample < Samples; sample++)
            {
                var started = Stopwatch.GetTimestamp();
                await call(database, (int)((Math.Abs(sample) * 7_919L) % orders) + 1, cancellationToken);
                if (sample >= 0)
                {
                    samples.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            Figures.Print($"  {name}", "ms", samples, decimals: 2);
            medians[name] = samples.Order().ElementAt(samples.Count / 2);
        }

        const string settling = "a day of 10,000 lines is settled";
        await SettlementSeed.WriteAsync(database, SettledLines, Sellers, SettlingADay.Day, cancellationToken);
        clock.Restart();
        await SettlingADay.SettleAsync(client, database, SettledLines, Sellers, cancellationToken);
        medians[settling] = clock.Elapsed.TotalMilliseconds;
        Figures.Print($"  {settling}", "ms", [medians[settling]]);
        return medians;
    }

    private static Task<OrderPage> ListAsync(BenchDatabase database, OrderFilter filter, CancellationToken cancellationToken) =>
        database.Service<IOrderQueries>().ListAsync(filter, cancellationToken);

    private static OrderRecord NewRecord() => FinishedOrdersSeed.Record(FinishedOrdersSeed.NewOrderId(++written), OrderStatus.Paid);
}
