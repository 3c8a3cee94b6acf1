using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// What stands beside the order's programs in production: a Temporal server as a process of its own, or the one that <c>TEMPORAL_ADDRESS</c> names, and
/// PostgreSQL for orders and keys.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const string Settings = "-c fsync=on -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track_utility=off";

    private readonly ServerProcess? server;
    private readonly NpgsqlDataSource orders;

    private Cluster(ServerProcess? server, string ordersDatabase, string keysDatabase)
    {
        this.server = server;
        orders = NpgsqlDataSource.Create(ordersDatabase);
        Environment = new Dictionary<string, string?>
        {
            ["TEMPORAL_ADDRESS"] = server?.TargetHost ?? NamedAddress,
            ["ConnectionStrings__Orders"] = ordersDatabase,
            ["ConnectionStrings__Keys"] = keysDatabase,
            ["Privacy__CurrentMasterKey"] = "2026",
            ["Privacy__MasterKeys__2026"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
    }

    /// <summary>How the programs of the order are told of it.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>The server's process, where it is ours.</summary>
    public int? ServerProcessId => server?.Id;

    public TimeSpan? ServerTime => server?.ProcessorTime;

    public long? ServerBytes => server?.DatabaseBytes;

    private static string? NamedAddress => System.Environment.GetEnvironmentVariable("TEMPORAL_ADDRESS");

    public static async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        if (PostgreSqlCluster.Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var server = NamedAddress is null ? await ServerProcess.StartAsync(cancellationToken) : null;
        var cluster = new Cluster(server, PostgreSqlCluster.NewDatabase(Settings), PostgreSqlCluster.NewDatabase(Settings));
        await using var create = cluster.orders.CreateCommand("CREATE EXTENSION pg_stat_statements");
        await create.ExecuteNonQueryAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Statements of the order store so far, without the beginnings and ends of transactions, and the transactions that were committed.</summary>
    public async Task<(long Statements, long Transactions, long Bytes)> OrdersAsync(CancellationToken cancellationToken)
    {
        await using var command = orders.CreateCommand(
            """
            SELECT (SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements WHERE dbid = d.oid AND query NOT LIKE '%pg_stat_statements%'),
                   pg_stat_get_db_xact_commit(d.oid), pg_database_size(d.oid)
            FROM pg_database d WHERE d.datname = current_database()
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>The statements that were sent most often so far: what to look at first.</summary>
    public async Task<IReadOnlyList<(string Statement, long Calls, double Milliseconds)>> MostFrequentAsync(int count, CancellationToken cancellationToken)
    {
        await using var command = orders.CreateCommand(
            "SELECT regexp_replace(query, '\\s+', ' ', 'g'), calls, total_exec_time FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY calls DESC LIMIT $1");
        command.Parameters.AddWithValue(count);
        var statements = new List<(string, long, double)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            statements.Add((rows.GetString(0), rows.GetInt64(1), rows.GetDouble(2)));
        }

        return statements;
    }

    /// <summary>Processor time that PostgreSQL has used, its ended processes included.</summary>
    public static TimeSpan PostgreSqlTime() => TimeSpan.FromSeconds(PostgreSqlCluster.Processes().Sum(TicksOf) / 100.0);

    public async ValueTask DisposeAsync()
    {
        await orders.DisposeAsync();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>User and system time of a process and of its children that have ended; the names of processes are in parentheses and may hold spaces.</summary>
    private static long TicksOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture));
        }
        catch (Exception ended) when (ended is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return 0;
        }
    }
}
