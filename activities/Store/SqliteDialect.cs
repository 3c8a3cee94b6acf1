using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace OrderOrchestration.Activities.Store;

/// <summary>SQLite in write-ahead mode: one writer at a time, so positions are the order of commits.</summary>
internal sealed class SqliteDialect : StoreDialect
{
    private readonly string connectionString;
    private readonly SemaphoreSlim writers = new(1, 1);

    private SqliteDialect(string file)
    {
        Name = "SQLite file " + file;
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();
    }

    public static SqliteDialect For(string file) => new(file);

    public override string Name { get; }

    public override IDictionary<string, string> SchemaVariables { get; } = new Dictionary<string, string>
    {
        ["identity"] = "INTEGER PRIMARY KEY AUTOINCREMENT",
        ["key"] = "INTEGER PRIMARY KEY",
        ["blob"] = "BLOB",
    };

    // A transaction of Microsoft.Data.Sqlite begins IMMEDIATE: it holds the write lock already.
    public override string LockSchema => "SELECT 1";

    public override string LockOrder => "SELECT 1";

    public override string CommitGroup => "0";

    public override string CommitGroupIsSettled => "1 = 1";

    public override string RaiseFeedBase => "SELECT 1";

    public override string SkipLocked => "";

    public override DbConnection Connect() => new SqliteConnection(connectionString);

    // FULL: what was answered as written survives a power failure, too. The busy timeout serves writers of other processes.
    public override void Prepare(DbConnection connection) =>
        connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");

    // Writers of this process queue here in order; SQLite's own waiting is by polling and fair to nobody.
    public override async Task<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken)
    {
        await writers.WaitAsync(cancellationToken);
        return new Turn(writers);
    }

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        writers.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Turn(SemaphoreSlim writers) : IDisposable
    {
        public void Dispose() => writers.Release();
    }
}
