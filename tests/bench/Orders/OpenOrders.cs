using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Tests.Bench.Store;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// 100,000 open orders, paid and on their way, asleep in one embedded host: what they hold in memory, how long the request of a new order takes beside
/// them, and how long the host needs until it is ready again after a kill. The orders are put into the store by SQL and resumed from there by
/// <c>POST /v1/orders/restorations</c>. <c>BENCH_OPEN</c> is another number of orders for a shorter look.
/// </summary>
internal static class OpenOrders
{
    private const int Samples = 200;
    private const string Template = "o-template";

    private static readonly int Open = int.Parse(Environment.GetEnvironmentVariable("BENCH_OPEN") ?? "100000", CultureInfo.InvariantCulture);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var system = await OrderSystem.StartAsync(Checkout.Own, cancellationToken, prepare: data => BenchDatabase.FillAsync(data, FillAsync, cancellationToken));
        using (var customer = await system.CustomerAsync("m-100", cancellationToken))
        {
            // What runs for the first time is slow.
            await PlaceAsync(customer, cancellationToken);
        }

        await PrintAsync(system, "nobody", cancellationToken);
        await ResumeAsync(system, cancellationToken);
        await PrintAsync(system, $"{Open:N0}", cancellationToken);
        var ready = await system.RestartHostAsync(cancellationToken);
        Figures.Print("ready again after a kill", "s", [ready.TotalSeconds]);
        using (var customer = await system.CustomerAsync("m-100", cancellationToken))
        {
            await PlaceAsync(customer, cancellationToken);
        }

        await PrintAsync(system, $"{Open:N0}", cancellationToken);

        async Task FillAsync(BenchDatabase database)
        {
            // Placed a moment ago: nothing about them is overdue.
            var now = DateTimeOffset.UtcNow;
            var snapshot = JsonSerializer.Serialize(Snapshots.Of(Template, status: OrderStatus.Shipping, createdAt: now), OrderJson.Options).Replace("'", "''", StringComparison.Ordinal);
            var microseconds = now.ToUnixTimeMilliseconds() * 1_000;
            await database.FillAsync(
                Open,
                "orders (order_id, member_id, status, needs_attention, created_at, version, snapshot, run_id, closed)",
                $"'o-open-' || n, 'm-1', 'shipping', 0, {microseconds}, 1, replace('{snapshot}', '{Template}', 'o-open-' || n), 'run-1', 0 FROM numbers",
                cancellationToken);
            await database.FillAsync(
                Open,
                "order_lines (order_id, product_id, seller_id, created_at, unpaid)",
                $"'o-open-' || n, 'p-100', 's-1', {microseconds}, 0 FROM numbers",
                cancellationToken);
        }
    }

    private static async Task ResumeAsync(OrderSystem system, CancellationToken cancellationToken)
    {
        using var staff = await system.AdministratorAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        using var answer = await staff.PostAsync(new Uri("/v1/orders/restorations", UriKind.Relative), null, cancellationToken);
        var restorations = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (restorations.GetProperty("restored").GetArrayLength() < Open)
        {
            throw new InvalidOperationException($"resumed: {restorations.GetProperty("restored").GetArrayLength()}");
        }

        Figures.Print("resumed from the store", "orders/s", [Open / clock.Elapsed.TotalSeconds]);
        await UntilQuietAsync(system, cancellationToken);
    }

    private static async Task PrintAsync(OrderSystem system, string open, CancellationToken cancellationToken)
    {
        using var customer = await system.CustomerAsync("m-100", cancellationToken);
        var waits = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            var clock = Stopwatch.StartNew();
            await OrderLife.PlaceAsync(customer, "m-100", cancellationToken);
            waits.Add(clock.Elapsed.TotalMilliseconds);
        }

        await UntilQuietAsync(system, cancellationToken);
        Figures.PrintPercentiles($"{open} asleep: POST /v1/orders", waits);
        Figures.Print($"{open} asleep: resident memory of the host", "MB", [system.Host.ResidentMegabytes]);
        Figures.Print("  orders.db", "MB", [system.BytesOf("orders.db") / 1024.0 / 1024.0]);
        Figures.Print("  temporal.db", "MB", [system.BytesOf("temporal.db") / 1024.0 / 1024.0]);
    }

    private static async Task PlaceAsync(HttpClient customer, CancellationToken cancellationToken)
    {
        for (var number = 0; number < 200; number++)
        {
            await OrderLife.PlaceAsync(customer, "m-100", cancellationToken);
        }
    }

    /// <summary>Until the host has nothing to do: a tenth of a processor for two seconds.</summary>
    private static async Task UntilQuietAsync(OrderSystem system, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromSeconds(2));
        TimeSpan before;
        do
        {
            before = system.Host.ProcessorTime;
            await looks.WaitForNextTickAsync(cancellationToken);
        }
        while (system.Host.ProcessorTime - before > TimeSpan.FromMilliseconds(200));
    }
}
