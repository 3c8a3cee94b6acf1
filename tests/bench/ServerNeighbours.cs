using System.Diagnostics;
using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Bench;

/// <summary>How long a short call takes while others list 20,000 open workflows over and over, as they come or sorted; the server is durable.</summary>
internal static class ServerNeighbours
{
    private const int Workflows = 20_000;
    private const int InFlight = 64;
    private const int WarmUp = 100;
    private const int Samples = 800;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        using var wire = new WireClient(server.TargetHost);
        await Parallel.ForAsync(
            0,
            Workflows,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (number, _) => await wire.StartAsync(WorkflowId(number), "nobody"));
        await PrintAsync(server, "describe, nobody else", 0, "", cancellationToken);
        await PrintAsync(server, "describe, one lists", 1, "", cancellationToken);
        await PrintAsync(server, "describe, four list", 4, "", cancellationToken);
        await PrintAsync(server, "describe, one sorts", 1, "ORDER BY StartTime ASC", cancellationToken);
        await PrintAsync(server, "describe, four sort", 4, "ORDER BY StartTime ASC", cancellationToken);
    }

    private static async Task PrintAsync(ServerProcess server, string name, int listers, string query, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listing = Enumerable.Range(0, listers).Select(_ => ListAsync(server, query, stop.Token)).ToList();
        using var wire = new WireClient(server.TargetHost);
        var latencies = new List<double>();
        for (var sample = 0; sample < WarmUp + Samples; sample++)
        {
            var clock = Stopwatch.StartNew();
            await wire.CallAsync<DescribeWorkflowExecutionResponse>(
                "DescribeWorkflowExecution",
                new DescribeWorkflowExecutionRequest { Namespace = WireClient.Namespace, Execution = new() { WorkflowId = WorkflowId(sample) } });
            latencies.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(Pause, cancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(listing);
        latencies.RemoveRange(0, WarmUp);
        Figures.Print(name, "ms", latencies);
        Figures.Print("  95 of 100 within", "ms", [latencies.Order().ElementAt(Samples * 95 / 100)]);
    }

    private static async Task ListAsync(ServerProcess server, string query, CancellationToken cancellationToken)
    {
        using var wire = new WireClient(server.TargetHost);
        var token = ByteString.Empty;
        while (!cancellationToken.IsCancellationRequested)
        {
            var page = await wire.CallAsync<ListWorkflowExecutionsResponse>(
                "ListWorkflowExecutions",
                new ListWorkflowExecutionsRequest { Namespace = WireClient.Namespace, Query = query, PageSize = 1_000, NextPageToken = token });
            token = page.NextPageToken;
        }
    }

    private static string WorkflowId(int number) => $"listed-{number}";
}
