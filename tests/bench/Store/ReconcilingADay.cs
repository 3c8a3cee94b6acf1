using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>
/// A day's reconciliation by its own workflow: 100,000 payments, then ten times as many, on SQLite and on PostgreSQL. The payment team's pages are made in this
/// process as they are asked for, so its memory is the worker's and theirs; the Temporal server is a process of its own.
/// </summary>
internal static class ReconcilingADay
{
    private static readonly DateOnly Day = new(2026, 1, 15);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        var client = await server.OrderClientAsync();
        await BenchDatabase.WithEachKindAsync(async kind =>
        {
            foreach (var payments in new[] { 100_000, 1_000_000 })
            {
                await using var database = await BenchDatabase.NewAsync(kind, cancellationToken);
                await ReconciliationSeed.WriteAsync(database, payments, Day, cancellationToken);
                var cost = await WorkerCost.MeasureAsync(token => ReconcileAsync(client, database, payments, token), cancellationToken);
                await CheckAsync(database.Service<IReconciliationQueries>(), payments, cancellationToken);
                cost.Print($"{kind}, {payments:N0} payments", "payments compared", payments);
            }
        });
    }

    private static async Task ReconcileAsync(TemporalClient client, BenchDatabase database, int payments, CancellationToken cancellationToken)
    {
        var queue = $"bench-{database.Name}-{payments}";
        using var team = new HttpClient(new ListingTeam(payments)) { BaseAddress = new Uri("http://payment.invalid/") };
        using var worker = new TemporalWorker(client, WorkerOptions(client, database, team, queue));
        await worker.ExecuteAsync(
            () => client.ExecuteWorkflowAsync((ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(new ReconcileDay(Day)), new(queue, queue)), cancellationToken);
    }

    private static async Task CheckAsync(IReconciliationQueries queries, int payments, CancellationToken cancellationToken)
    {
        var day = (await queries.FindAsync(Day, cancellationToken))!;
        if (day is not { Status: ReconciliationStatus.Completed, Totals.Differences: 0 } || day.Totals.Payments != payments || day.Totals.OursPaid != day.Totals.TheirsPaid)
        {
            throw new InvalidOperationException($"compared {day}");
        }
    }

    private static TemporalWorkerOptions WorkerOptions(ITemporalClient client, BenchDatabase database, HttpClient team, string queue)
    {
        var payments = new PaymentClient(team);
        var (orders, store) = (database.Service<IOrderStore>(), database.Service<IReconciliationStore>());
        var runs = new OrderRuns(client, orders, database.Service<IOrderTimeline>(), database.Service<IReceivedEvents>());
        return new TemporalWorkerOptions(queue)
            .AddWorkflow<ReconciliationWorkflow>()
            .AddAllActivities(new ReconciliationActivities(payments, store, new PaymentReconciler(payments, orders, store, runs, TimeProvider.System)));
    }
}
