namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>What a system has used since it started. What it has no process or database for is absent.</summary>
/// <param name="Host">Processor time of API and worker; on the embedded server its time too.</param>
/// <param name="Server">Processor time of a Temporal server of its own.</param>
/// <param name="Statements">Of the order store at PostgreSQL.</param>
internal sealed record SystemUsage(
    TimeSpan Host, TimeSpan Partners, TimeSpan? Server, TimeSpan? PostgreSql, long StoreBytes, long? ServerBytes, long? Statements, long? Transactions)
{
    /// <summary>What was used for each of a number of orders since an earlier look, by the names that figures are printed under.</summary>
    public IEnumerable<(string Name, string Unit, double PerOrder)> Since(SystemUsage before, int orders)
    {
        (string Name, string Unit, double? Used)[] all =
        [
            (Server is null ? "processor time of API, worker, server" : "processor time of API and worker", "ms/order", (Host - before.Host).TotalMilliseconds),
            ("processor time of the Temporal server", "ms/order", (Server - before.Server)?.TotalMilliseconds),
            ("processor time of PostgreSQL", "ms/order", (PostgreSql - before.PostgreSql)?.TotalMilliseconds),
            ("processor time of the other teams", "ms/order", (Partners - before.Partners).TotalMilliseconds),
            ("the order store grows by", "KB/order", (StoreBytes - before.StoreBytes) / 1024.0),
            ("Temporal's database grows by", "KB/order", (ServerBytes - before.ServerBytes) / 1024.0),
            ("statements of the order store", "an order", Statements - before.Statements),
            ("transactions of the order store", "an order", Transactions - before.Transactions),
        ];
        return all.Where(figure => figure.Used is not null).Select(figure => (figure.Name, figure.Unit, figure.Used!.Value / orders));
    }
}
