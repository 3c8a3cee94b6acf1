using OrderOrchestration.Tests.Bench;
using OrderOrchestration.Tests.Bench.Orders;
using OrderOrchestration.Tests.Bench.Store;

var benchmarks = new Dictionary<string, Func<CancellationToken, Task>>
{
    ["server-ready"] = ServerReady.RunAsync,
    ["server-throughput"] = ServerThroughput.RunAsync,
    ["server-latency"] = ServerLatency.RunAsync,
    ["server-timers"] = ServerTimers.RunAsync,
    ["server-sleepers"] = ServerSleepers.RunAsync,
    ["server-neighbours"] = ServerNeighbours.RunAsync,
    ["orders"] = OrderThroughput.RunAsync,
    ["orders-on-cluster"] = OrderThroughput.RunOnClusterAsync,
    ["team-return"] = TeamReturn.RunAsync,
    ["open-orders"] = OpenOrders.RunAsync,
    ["privacy"] = OrderThroughput.RunPrivacyAsync,
    ["settlement"] = SettlingADay.RunAsync,
    ["reconciliation"] = ReconcilingADay.RunAsync,
    ["finished-orders"] = FinishedOrders.RunAsync,
};

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var chosen = args.Length == 0 ? [.. benchmarks.Keys] : args;
var unknown = chosen.Where(name => !benchmarks.ContainsKey(name)).ToList();
if (unknown.Count > 0)
{
    await Console.Error.WriteLineAsync($"no benchmark named {string.Join(", ", unknown)}; there are: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

foreach (var name in chosen)
{
    Console.WriteLine($"== {name}");
    await benchmarks[name](stop.Token);
}

return 0;
