using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// 100,000 open orders, paid and on their way, in one embedded host: what they hold in memory, how long a new order's request takes beside them, and how
/// long the host needs until it is ready again after a kill. <c>BENCH_OPEN</c> is another number of orders for a shorter look.
/// </summary>
internal static class OpenOrders
{
    private const int Members = 50;
    private const int InFlight = 64;
    private const int Steps = 4;
    private const int Samples = 100;

    private static readonly int Open = int.Parse(Environment.GetEnvironmentVariable("BENCH_OPEN") ?? "100000", CultureInfo.InvariantCulture);
    private static readonly string[] BeforeDispatch = ["placed", "stock-reserved", "awaiting-payment", "paid", "confirmed", "preparing"];

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var system = await OrderSystem.StartAsync(Checkout.Own, cancellationToken);
        using var console = new HttpClient { BaseAddress = system.PartnersConsole };
        using var told = await console.PutAsJsonAsync("/scenario", new { shipments = new[] { new { stallsAt = "shipping" } } }, cancellationToken);
        told.EnsureSuccessStatusCode();

        await PlaceAsync(system, 200, cancellationToken);
        await PrintAsync(system, 200, cancellationToken);
        for (var step = 0; step < Steps; step++)
        {
            var clock = Stopwatch.StartNew();
            await PlaceAsync(system, Open / Steps, cancellationToken);
            Figures.Print("placed, paid and sent off", "orders/s", [Open / Steps / clock.Elapsed.TotalSeconds]);
            await PrintAsync(system, Open / Steps * (step + 1), cancellationToken);
        }

        var ready = await system.RestartHostAsync(cancellationToken);
        Figures.Print("ready again after a kill", "s", [ready.TotalSeconds]);
        await PrintAsync(system, Open, cancellationToken);
    }

    private static async Task PrintAsync(OrderSystem system, int open, CancellationToken cancellationToken)
    {
        using var customer = await system.CustomerAsync("m-100", cancellationToken);
        var waits = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            var clock = Stopwatch.StartNew();
            await OrderLife.PlaceAsync(customer, "m-100", cancellationToken);
            waits.Add(clock.Elapsed.TotalMilliseconds);
        }

        await UntilSentOffAsync(system, cancellationToken);
        Figures.PrintPercentiles($"{open:N0} open: POST /v1/orders, one by one", waits);
        Figures.Print($"{open:N0} open: resident memory of the host", "MB", [system.Host.ResidentMegabytes]);
        Figures.Print("  of the other teams", "MB", [system.Partners.ResidentMegabytes]);
        Figures.Print("  orders.db", "MB", [system.BytesOf("orders.db") / 1024.0 / 1024.0]);
        Figures.Print("  temporal.db", "MB", [system.BytesOf("temporal.db") / 1024.0 / 1024.0]);
    }

    private static async Task PlaceAsync(OrderSystem system, int orders, CancellationToken cancellationToken)
    {
        var customers = new List<(string MemberId, HttpClient Client)>();
        for (var number = 0; number < Members; number++)
        {
            var memberId = $"m-{100 + number}";
            customers.Add((memberId, await system.CustomerAsync(memberId, cancellationToken)));
        }

        await Parallel.ForAsync(0, orders, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var (memberId, client) = customers[number % Members];
            await OrderLife.PlaceAsync(client, memberId, token);
        });
        customers.ForEach(customer => customer.Client.Dispose());
        await UntilSentOffAsync(system, cancellationToken);
    }

    /// <summary>Until no order is in a status before dispatch any more.</summary>
    private static async Task UntilSentOffAsync(OrderSystem system, CancellationToken cancellationToken)
    {
        using var staff = await system.AdministratorAsync(cancellationToken);
        foreach (var status in BeforeDispatch)
        {
            while ((await staff.GetFromJsonAsync<JsonElement>($"/v1/orders?status={status}&limit=1", cancellationToken)).GetProperty("items").GetArrayLength() > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }
}
