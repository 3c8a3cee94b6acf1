using System.Data.Common;
using Dapper;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// Opens connections and transactions on one of our databases. Before the first one the schema is upgraded, or only checked (contract §5: PostgreSQL is
/// upgraded by a separate command); a schema that is older than this program is a <see cref="StoreSchemaException"/>.
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

    /// <summary>The name of the database as shown to operators.</summary>
    public string Name => Dialect.Name;

    internal StoreDialect Dialect { get; }

    /// <summary>Upgrades the schema; returns the names of the scripts that were missing.</summary>
    public Task<IReadOnlyList<string>> UpgradeAsync(CancellationToken cancellationToken) =>
        Task.Run(schema.Upgrade, CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>Upgrades or checks the schema, once. A failure is not cached, so a database that becomes available later is tried again.</summary>
    /// <exception cref="StoreSchemaException">The schema is missing or older than this program, and this program does not upgrade it.</exception>
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

    /// <summary>Returns when the database answers; otherwise throws its exception.</summary>
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
