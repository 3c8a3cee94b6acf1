using System.Data.Common;
using Dapper;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// Opens connections and transactions on a database of ours. Before the first of them the schema is brought up to date, or only looked at
/// (contract §5: PostgreSQL is changed by a command of its own); one that is older than this program is a <see cref="StoreSchemaException"/>.
/// </summary>
public abstract class StoreDatabase : IAsyncDisposable
{
    private readonly Lock upgrading = new();
    private readonly bool upgradesItself;
    private readonly StoreSchema schema;
    private Task? ready;

    private protected StoreDatabase(StoreDialect dialect, StoreSchema schema, bool upgradesItself)
    {
        Dialect = dialect;
        this.schema = schema;
        this.upgradesItself = upgradesItself;
    }

    /// <summary>The database in words an operator recognises.</summary>
    public string Name => Dialect.Name;

    internal StoreDialect Dialect { get; }

    /// <summary>Brings the schema up to date; answers the names of the scripts that were missing.</summary>
    public Task<IReadOnlyList<string>> UpgradeAsync(CancellationToken cancellationToken) =>
        Task.Run(schema.Upgrade, CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>Makes sure of the schema, once; a failure is not remembered, so a database that comes up late is tried again.</summary>
    /// <exception cref="StoreSchemaException">The schema is not there or older than this program, and is not changed by whoever opens it.</exception>
    public Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        lock (upgrading)
        {
            if (ready is null || ready.IsFaulted)
            {
                ready = Task.Run(MakeReady, CancellationToken.None);
            }

            return ready.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Answers when the database does; otherwise throws what it threw.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => ReadAsync(
        static (connection, token) => connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT 1", cancellationToken: token)),
        cancellationToken);

    internal async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await EnsureReadyAsync(cancellationToken);
        await using var connection = await Dialect.OpenAsync(cancellationToken);
        return await read(connection, cancellationToken);
    }

    internal async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await EnsureReadyAsync(cancellationToken);
        return await Dialect.WriteAsync(write, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Dialect.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private void MakeReady()
    {
        if (upgradesItself)
        {
            schema.Upgrade();
        }
        else
        {
            schema.Check();
        }
    }
}
