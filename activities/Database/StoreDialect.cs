using System.Data.Common;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// All differences between SQLite and PostgreSQL, in one place: how to connect, the column types of the schema, and the few fragments of SQL for locks
/// and the order of commits. Every statement of the store is otherwise the same text on both.
/// </summary>
internal abstract class StoreDialect : IAsyncDisposable
{
    /// <summary>Maximum number of values in a list parameter of a statement: each is a parameter to SQLite.</summary>
    public const int MostInAList = 500;

    /// <summary>The name of the database as shown to operators; never a password.</summary>
    public abstract string Name { get; }

    /// <summary>Values of the <c>$variables$</c> in the schema scripts.</summary>
    public abstract IDictionary<string, string> SchemaVariables { get; }

    /// <summary>Run first in the schema upgrade's transaction, so that programs that start at the same time are serialized.</summary>
    public abstract string LockSchema { get; }

    /// <summary>Returns 1 if the table of executed scripts exists.</summary>
    public abstract string HasSchemaVersions { get; }

    /// <summary>Serializes writers of one order (<c>@orderId</c>) before either has a place in the order of commits.</summary>
    public abstract string LockOrder { get; }

    /// <summary>An expression for the writing transaction's place in the order of commits.</summary>
    public abstract string CommitGroup { get; }

    /// <summary>A condition on <c>commit_group</c>: no transaction of a lower or equal group can still commit.</summary>
    public abstract string CommitGroupIsSettled { get; }

    /// <summary>Run once at start after the schema: see <c>feed_base</c>.</summary>
    public abstract string RaiseFeedBase { get; }

    /// <summary>Appended to a sub-select of rows to claim: rows that are locked by another claimer are skipped.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>An expression for one member of a JSON document stored as text, as JSON text; NULL if it is missing.</summary>
    public abstract string JsonMember(string column, string member);

    /// <summary>A condition: the column's value is one of a parameter's list.</summary>
    public abstract string OneOf(string column, string parameter);

    /// <summary>A new connection, not open yet.</summary>
    public abstract DbConnection Connect();

    /// <summary>Prepares a connection that was just opened.</summary>
    public abstract void Prepare(DbConnection connection);

    /// <summary>Runs a write in a transaction; returns after its commit.</summary>
    public virtual async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await write(transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>A connection that is ready for use.</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            Prepare(connection);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public abstract ValueTask DisposeAsync();
}
