using System.Data.Common;

namespace OrderOrchestration.Activities.Store;

/// <summary>
/// All that differs between SQLite and PostgreSQL, in one place: how to connect, the column types of the schema, and the few fragments of
/// SQL that speak about locks and the order of commits. Every statement of the store is otherwise the same text on both.
/// </summary>
internal abstract class StoreDialect : IAsyncDisposable
{
    /// <summary>The database in words an operator recognises; never a password.</summary>
    public abstract string Name { get; }

    /// <summary>Values of the <c>$variables$</c> in the schema scripts.</summary>
    public abstract IDictionary<string, string> SchemaVariables { get; }

    /// <summary>Run first in the schema upgrade's transaction, so that programs that start together take turns.</summary>
    public abstract string LockSchema { get; }

    /// <summary>Makes writers of one order (<c>@orderId</c>) take turns before either has a place in the order of commits.</summary>
    public abstract string LockOrder { get; }

    /// <summary>An expression for the writing transaction's place in the order of commits.</summary>
    public abstract string CommitGroup { get; }

    /// <summary>A condition on <c>commit_group</c>: no transaction of a lower or equal group can still commit.</summary>
    public abstract string CommitGroupIsSettled { get; }

    /// <summary>Run once at start after the schema: see <c>feed_base</c>.</summary>
    public abstract string RaiseFeedBase { get; }

    /// <summary>Appended to a sub-select of rows to claim: rows that another claimer holds are passed over.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>A new connection, not open yet.</summary>
    public abstract DbConnection Connect();

    /// <summary>Prepares a connection that was just opened.</summary>
    public abstract void Prepare(DbConnection connection);

    /// <summary>Waits for the turn to write, where the database has only one writer.</summary>
    public abstract Task<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
