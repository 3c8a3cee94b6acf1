using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>
/// An empty order store in a folder of its own, which is filled by SQL: what is measured is how it is read and written once it is full. Nothing in it is
/// encrypted, so that SQL can fill it; what encryption costs is measured by <c>privacy</c>.
/// </summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly string? postgreSql;
    private readonly ServiceProvider services;

    private BenchDatabase(string name, DirectoryInfo folder)
    {
        Name = name;
        this.folder = folder;
        postgreSql = IsSqlite ? null : PostgreSqlCluster.NewDatabase("-c fsync=on");
        services = new ServiceCollection()
            .AddOrderStore(new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Data:Directory", folder.FullName), new("ConnectionStrings:Orders", postgreSql),
            ]).Build())
            .AddSingleton<PersonalDataInClear>()
            .BuildServiceProvider();
    }

    public string Name { get; }

    private bool IsSqlite => Name == "SQLite";

    /// <summary>Measures with each kind of database that there is on this machine, or with the one that <c>BENCH_DATABASE</c> names.</summary>
    public static async Task WithEachKindAsync(Func<string, Task> measure)
    {
        string[] kinds = PostgreSqlCluster.Missing is null ? ["SQLite", "PostgreSQL"] : ["SQLite"];
        try
        {
            foreach (var kind in Environment.GetEnvironmentVariable("BENCH_DATABASE") is { } only ? kinds.Where(kind => kind == only) : kinds)
            {
                await measure(kind);
            }
        }
        finally
        {
            PostgreSqlCluster.Stop();
        }
    }

    public static Task<BenchDatabase> NewAsync(string kind, CancellationToken cancellationToken) =>
        NewAsync(kind, Directory.CreateTempSubdirectory("bench-store-"), cancellationToken);

    /// <summary>Fills the SQLite store of a data directory before a host is started on it.</summary>
    public static async Task FillAsync(DirectoryInfo data, Func<BenchDatabase, Task> fill, CancellationToken cancellationToken)
    {
        var database = await NewAsync("SQLite", data, cancellationToken);
        await using (database.services)
        {
            await fill(database);
        }

        SqliteConnection.ClearAllPools();
    }

    private static async Task<BenchDatabase> NewAsync(string kind, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var database = new BenchDatabase(kind, folder);
        await database.services.GetRequiredService<OrderDatabase>().UpgradeAsync(cancellationToken);
        return database;
    }

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Runs a statement in which <c>numbers</c> are the rows <c>n</c> from 1 to <paramref name="count"/>.</summary>
    public async Task FillAsync(long count, string insert, string select, CancellationToken cancellationToken)
    {
        var numbers = IsSqlite
            ? string.Create(CultureInfo.InvariantCulture, $"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})")
            : string.Create(CultureInfo.InvariantCulture, $"WITH numbers (n) AS (SELECT * FROM generate_series(1::bigint, {count}))");
        await ExecuteAsync($"INSERT INTO {insert} {numbers} SELECT {select}", cancellationToken);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using DbConnection connection = IsSqlite
            ? new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "orders.db")}")
            : new NpgsqlConnection(postgreSql);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and words of the benchmarks only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 1_800;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
