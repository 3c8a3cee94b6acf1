using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench;

/// <summary>Trivial workflows (one activity) a second with 50 in flight; server durable, worker in this process.</summary>
internal static class ServerThroughput
{
    private const int InFlight = 50;
    private const int Workflows = 2_000;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        using var worker = OneActivityWorkflow.Worker(server.Client);
        await worker.ExecuteAsync(
            async () =>
            {
                await RunManyAsync(server, 200, cancellationToken);
                var rates = new List<double>();
                var serverCost = new List<double>();
                for (var round = 0; round < 3; round++)
                {
                    var before = server.ProcessorTime;
                    var clock = Stopwatch.StartNew();
                    await RunManyAsync(server, Workflows, cancellationToken);
                    rates.Add(Workflows / clock.Elapsed.TotalSeconds);
                    serverCost.Add((server.ProcessorTime - before).TotalMilliseconds / Workflows);
                }

                Figures.Print($"workflows, {InFlight} in flight, durable", "per second", rates);
                Figures.Print("server processor time", "ms/workflow", serverCost);
            },
            cancellationToken);
    }

    private static Task RunManyAsync(ServerProcess server, int count, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (number, _) => await OneActivityWorkflow.ExecuteAsync(server.Client, number));
}
