using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace OrderOrchestration.Activities.Database;

/// <summary>SQLite in write-ahead mode: one writer at a time, so positions are the order of commits.</summary>
internal sealed class SqliteDialect : StoreDialect
{
    private readonly string connectionString;
    private readonly GroupCommit writer;

    private SqliteDialect(string file)
    {
        Name = "SQLite file " + file;
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();
        writer = new GroupCommit(OpenAsync);
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

    public override string HasSchemaVersions => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'";

    public override string LockOrder => "SELECT 1";

    public override string CommitGroup => "0";

    public override string CommitGroupIsSettled => "1 = 1";

    public override string RaiseFeedBase => "SELECT 1";

    public override string SkipLocked => "";

    public override string JsonMember(string column, string member) => $"({column} -> '$.{member}')";

    public override string OneOf(string column, string parameter) => $"{column} IN {parameter}";

    public override DbConnection Connect() => new SqliteConnection(connectionString);

    // FULL: an acknowledged write survives a power failure. The busy timeout is for writers of other processes.
    public override void Prepare(DbConnection connection) =>
        connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");

    public override Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        writer.WriteAsync(write, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }
}
