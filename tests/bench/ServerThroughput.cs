using System.Diagnostics;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench;

/// <summary>Trivial workflows (one activity) a second with 50 in flight, and their latency one at a time; server durable, worker in this process.</summary>
internal static class ServerThroughput
{
    private const int InFlight = 50;
    private const int Workflows = 2_000;
    private const int OneByOne = 100;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        var queue = "bench";
        using var worker = new TemporalWorker(
            server.Client,
            new TemporalWorkerOptions(queue) { MaxConcurrentWorkflowTasks = 100, MaxConcurrentActivities = 100 }
                .AddWorkflow<OneActivityWorkflow>().AddActivity(OneActivityWorkflow.Echo));
        await worker.ExecuteAsync(
            async () =>
            {
                await RunManyAsync(server, queue, 200, cancellationToken);
                var rates = new List<double>();
                var serverCost = new List<double>();
                for (var round = 0; round < 3; round++)
                {
                    var before = server.ProcessorTime;
                    var clock = Stopwatch.StartNew();
                    await RunManyAsync(server, queue, Workflows, cancellationToken);
                    rates.Add(Workflows / clock.Elapsed.TotalSeconds);
                    serverCost.Add((server.ProcessorTime - before).TotalMilliseconds / Workflows);
                }

                Figures.Print($"workflows, {InFlight} in flight, durable", "per second", rates);
                Figures.Print("server processor time", "ms/workflow", serverCost);
                Figures.Print("start to result, one at a time", "ms", await LatenciesAsync(server, queue, cancellationToken));
            },
            cancellationToken);
    }

    private static Task RunManyAsync(ServerProcess server, string queue, int count, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (number, _) => await ExecuteAsync(server, queue, number));

    private static async Task<List<double>> LatenciesAsync(ServerProcess server, string queue, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        for (var number = 0; number < OneByOne; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            await ExecuteAsync(server, queue, number);
            latencies.Add(clock.Elapsed.TotalMilliseconds);
        }

        return latencies;
    }

    private static Task<int> ExecuteAsync(ServerProcess server, string queue, int number) =>
        server.Client.ExecuteWorkflowAsync(
            (OneActivityWorkflow workflow) => workflow.RunAsync(number), new WorkflowOptions($"bench-{Guid.NewGuid():N}", queue));
}
