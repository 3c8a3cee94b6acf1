using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench;

/// <summary>How long one trivial workflow (one activity) takes from start to result while nothing else runs; server durable.</summary>
internal static class ServerLatency
{
    private const int WarmUp = 50;
    private const int Workflows = 200;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        using var worker = OneActivityWorkflow.Worker(server.Client);
        await worker.ExecuteAsync(
            async () =>
            {
                var latencies = new List<double>();
                for (var number = 0; number < WarmUp + Workflows; number++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var clock = Stopwatch.StartNew();
                    await OneActivityWorkflow.ExecuteAsync(server.Client, number);
                    latencies.Add(clock.Elapsed.TotalMilliseconds);
                }

                Figures.Print("start to result, one at a time", "ms", latencies.Skip(WarmUp));
            },
            cancellationToken);
    }
}
