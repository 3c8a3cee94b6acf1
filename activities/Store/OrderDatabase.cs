using System.Data.Common;
using Dapper;
using OrderOrchestration.Activities.Store.Schema;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Opens connections and transactions on the order database. The schema is brought up to date before the first of them,
/// whoever comes first; that a database is newer than this program is a <see cref="StoreSchemaException"/>.
/// </summary>
public sealed class OrderDatabase : IAsyncDisposable
{
    private readonly Lock upgrading = new();
    private Task? upgraded;

    internal OrderDatabase(StoreDialect dialect) => Dialect = dialect;

    /// <summary>The database in words an operator recognises.</summary>
    public string Name => Dialect.Name;

    internal StoreDialect Dialect { get; }

    public static OrderDatabase Sqlite(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new OrderDatabase(SqliteDialect.For(Path.GetFullPath(file)));
    }

    public static OrderDatabase PostgreSql(string connectionString) => new(PostgreSqlDialect.For(connectionString));

    /// <summary>Brings the schema up to date; a failure is not remembered, so a database that comes up late is tried again.</summary>
    public Task UpgradeAsync(CancellationToken cancellationToken)
    {
        lock (upgrading)
        {
            if (upgraded is null || upgraded.IsFaulted)
            {
                upgraded = Task.Run(() => new StoreSchema(Dialect).Upgrade(), CancellationToken.None);
            }

            return upgraded.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Answers when the database does; otherwise throws what it threw.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => ReadAsync(
        static (connection, token) => connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT 1", cancellationToken: token)),
        cancellationToken);

    internal async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await UpgradeAsync(cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);
        return await read(connection, cancellationToken);
    }

    internal async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await UpgradeAsync(cancellationToken);
        using var turn = await Dialect.EnterWriteAsync(cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await write(transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public ValueTask DisposeAsync() => Dialect.DisposeAsync();

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = Dialect.Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            Dialect.Prepare(connection);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
