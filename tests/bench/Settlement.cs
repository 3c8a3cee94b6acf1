using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// A day's settlement by its own workflow, from its start to its summary: 100,000 lines of 1,000 sellers, then ten times as many, on SQLite and on PostgreSQL. The Temporal
/// server is a process of its own; the memory is this process's, which is the worker.
/// </summary>
internal static class Settlement
{
    private static readonly DateOnly Day = new(2026, 1, 15);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        var client = await TemporalClient.ConnectAsync(
            new(server.Client.Connection.Options.TargetHost!) { DataConverter = OrderJson.DataConverter });
        try
        {
            foreach (var database in PostgreSqlCluster.Missing is null ? new[] { "SQLite", "PostgreSQL" } : ["SQLite"])
            {
                foreach (var (lines, sellers) in new[] { (100_000, 1_000), (1_000_000, 10_000) })
                {
                    await SettleAsync(client, database, lines, sellers, cancellationToken);
                }
            }
        }
        finally
        {
            PostgreSqlCluster.Stop();
        }
    }

    private static async Task SettleAsync(TemporalClient client, string database, int lines, int sellers, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-settlement-");
        var connectionString = database == "SQLite" ? null : PostgreSqlCluster.NewDatabase("-c fsync=on");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(connectionString is null
            ? [new("Data:Directory", folder.FullName)]
            : [new("Data:Directory", folder.FullName), new("ConnectionStrings:Orders", connectionString)]).Build();
        await using (var services = new ServiceCollection().AddOrderStore(configuration).BuildServiceProvider())
        {
            await services.GetRequiredService<OrderDatabase>().UpgradeAsync(cancellationToken);
            await SettlementSeed.WriteAsync(connectionString, Path.Combine(folder.FullName, "orders.db"), lines, sellers, Day, cancellationToken);
            using var worker = new TemporalWorker(client, WorkerOptions(services, database));
            using var memory = new PeakMemory();
            var clock = Stopwatch.StartNew();
            var settled = await worker.ExecuteAsync(
                () => client.ExecuteWorkflowAsync(
                    (SettlementWorkflow settlement) => settlement.RunAsync(new SettleDay(Day)), new($"bench-{database}-{lines}", "bench-" + database)),
                cancellationToken);
            var seconds = clock.Elapsed.TotalSeconds;
            if (settled.Count != lines || settled.Statements != sellers)
            {
                throw new InvalidOperationException($"settled {settled.Count} lines in {settled.Statements} statements");
            }

            Figures.Print($"{database}, {lines:N0} lines of {sellers:N0} sellers", "s", [seconds]);
            Figures.Print("  lines settled", "per second", [lines / seconds]);
            Figures.Print("  resident memory, at most", "MB", [memory.ResidentMegabytes]);
            Figures.Print("  managed heap, at most", "MB", [memory.HeapMegabytes]);
            Figures.Print("  worker's processor time", "s", [memory.ProcessorTime.TotalSeconds]);
        }

        folder.Delete(recursive: true);
    }

    private static TemporalWorkerOptions WorkerOptions(IServiceProvider services, string database) => new TemporalWorkerOptions("bench-" + database)
        .AddWorkflow<SettlementWorkflow>()
        .AddAllActivities(new SettlementActivities(services.GetRequiredService<ISettlementStore>(), services.GetRequiredService<IPayoutStore>()));
}
