using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>
/// A day's settlement by its own workflow, from its start to its summary: 100,000 lines of 1,000 sellers, then ten times as many, on SQLite and on PostgreSQL. The Temporal
/// server is a process of its own; the memory is this process's, which is the worker.
/// </summary>
internal static class SettlingADay
{
    /// <summary>The day that <see cref="SettlementSeed"/> fills.</summary>
    public static readonly DateOnly Day = new(2026, 1, 15);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        var client = await server.OrderClientAsync();
        await BenchDatabase.WithEachKindAsync(async kind =>
        {
            foreach (var (lines, sellers) in new[] { (100_000, 1_000), (1_000_000, 10_000) })
            {
                await using var database = await BenchDatabase.NewAsync(kind, cancellationToken);
                await SettlementSeed.WriteAsync(database, lines, sellers, Day, cancellationToken);
                var cost = await WorkerCost.MeasureAsync(token => SettleAsync(client, database, lines, sellers, token), cancellationToken);
                cost.Print($"{kind}, {lines:N0} lines of {sellers:N0} sellers", "lines settled", lines);
            }
        });
    }

    /// <summary>Settles the seeded day.</summary>
    public static async Task SettleAsync(TemporalClient client, BenchDatabase database, int lines, int sellers, CancellationToken cancellationToken)
    {
        var queue = $"bench-{database.Name}-{lines}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue)
            .AddWorkflow<SettlementWorkflow>()
            .AddAllActivities(new SettlementActivities(database.Service<ISettlementStore>(), database.Service<IPayoutStore>())));
        var settled = await worker.ExecuteAsync(
            () => client.ExecuteWorkflowAsync((SettlementWorkflow settlement) => settlement.RunAsync(new SettleDay(Day)), new($"{queue}-{Guid.NewGuid()}", queue)),
            cancellationToken);
        if (settled.Count != lines || settled.Statements != sellers)
        {
            throw new InvalidOperationException($"settled {settled.Count} lines in {settled.Statements} statements");
        }
    }
}
