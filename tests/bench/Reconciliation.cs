using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// A day's reconciliation by its own workflow: 100,000 payments, then ten times as many, on SQLite and on PostgreSQL. The payment team's pages are made in this
/// process as they are asked for, so its memory is the worker's and theirs; the Temporal server is a process of its own.
/// </summary>
internal static class Reconciliation
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
                foreach (var payments in new[] { 100_000, 1_000_000 })
                {
                    await ReconcileAsync(client, database, payments, cancellationToken);
                }
            }
        }
        finally
        {
            PostgreSqlCluster.Stop();
        }
    }

    private static async Task ReconcileAsync(TemporalClient client, string database, int payments, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-reconciliation-");
        var connectionString = database == "SQLite" ? null : PostgreSqlCluster.NewDatabase("-c fsync=on");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(connectionString is null
            ? [new("Data:Directory", folder.FullName)]
            : [new("Data:Directory", folder.FullName), new("ConnectionStrings:Orders", connectionString)]).Build();
        await using (var services = new ServiceCollection().AddOrderStore(configuration).BuildServiceProvider())
        {
            await services.GetRequiredService<OrderDatabase>().UpgradeAsync(cancellationToken);
            await ReconciliationSeed.WriteAsync(connectionString, Path.Combine(folder.FullName, "orders.db"), payments, Day, cancellationToken);
            using var team = new HttpClient(new ListingTeam(payments)) { BaseAddress = new Uri("http://payment.invalid/") };
            using var worker = new TemporalWorker(client, WorkerOptions(client, services, team, database));
            using var memory = new PeakMemory();
            var clock = Stopwatch.StartNew();
            await worker.ExecuteAsync(
                () => client.ExecuteWorkflowAsync(
                    (ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(new ReconcileDay(Day)), new($"bench-{database}-{payments}", "bench-" + database)),
                cancellationToken);
            var seconds = clock.Elapsed.TotalSeconds;
            await CheckAsync(services.GetRequiredService<IReconciliationQueries>(), payments, cancellationToken);

            Figures.Print($"{database}, {payments:N0} payments", "s", [seconds]);
            Figures.Print("  payments compared", "per second", [payments / seconds]);
            Figures.Print("  resident memory, at most", "MB", [memory.ResidentMegabytes]);
            Figures.Print("  managed heap, at most", "MB", [memory.HeapMegabytes]);
            Figures.Print("  worker's processor time", "s", [memory.ProcessorTime.TotalSeconds]);
        }

        folder.Delete(recursive: true);
    }

    private static async Task CheckAsync(IReconciliationQueries queries, int payments, CancellationToken cancellationToken)
    {
        var day = (await queries.FindAsync(Day, cancellationToken))!;
        if (day is not { Status: ReconciliationStatus.Completed, Totals.Differences: 0 } || day.Totals.Payments != payments || day.Totals.OursPaid != day.Totals.TheirsPaid)
        {
            throw new InvalidOperationException($"compared {day}");
        }
    }

    private static TemporalWorkerOptions WorkerOptions(ITemporalClient client, IServiceProvider services, HttpClient team, string database)
    {
        var payments = new PaymentClient(team);
        var store = services.GetRequiredService<IReconciliationStore>();
        var runs = new OrderRuns(client, services.GetRequiredService<IOrderStore>(), services.GetRequiredService<IOrderTimeline>(), services.GetRequiredService<IReceivedEvents>());
        var reconciler = new PaymentReconciler(payments, services.GetRequiredService<IOrderStore>(), store, runs, TimeProvider.System);
        return new TemporalWorkerOptions("bench-" + database)
            .AddWorkflow<ReconciliationWorkflow>()
            .AddAllActivities(new ReconciliationActivities(payments, store, reconciler));
    }
}
