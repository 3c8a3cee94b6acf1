using System.Data.Common;
using Npgsql;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// PostgreSQL: many writers at once. A position is handed out before its transaction commits, so positions alone would let a reader pass over
/// an event that commits late. Events therefore carry their transaction's number, and readers stop below the oldest transaction still running.
/// </summary>
internal sealed class PostgreSqlDialect : StoreDialect
{
    // Any number does, as long as nobody else in this database locks by it.
    private const string SchemaLock = "7310925884310201";

    private readonly NpgsqlDataSource dataSource;

    private PostgreSqlDialect(string connectionString, string name)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);

        // Its name is a label of metrics: without one they would show the connection string.
        dataSource = new NpgsqlDataSourceBuilder(WithOurDefaults(address).ConnectionString) { Name = name }.Build();
        Name = $"PostgreSQL database {address.Database} at {address.Host}:{address.Port}";
    }

    /// <summary>
    /// Our statements are few and run again and again, so each connection prepares them; and nothing of ours changes a session, so none is reset when its connection
    /// goes back into the pool, which would cost a transaction each time. A connection string that says otherwise is obeyed.
    /// </summary>
    private static NpgsqlConnectionStringBuilder WithOurDefaults(NpgsqlConnectionStringBuilder wanted)
    {
        if (!wanted.ShouldSerialize("Max Auto Prepare"))
        {
            wanted.MaxAutoPrepare = 100;
        }

        if (!wanted.ShouldSerialize("No Reset On Close"))
        {
            wanted.NoResetOnClose = true;
        }

        return wanted;
    }

    /// <param name="name">What metrics call the pool of connections.</param>
    public static PostgreSqlDialect For(string connectionString, string name) => new(connectionString, name);

    public override string Name { get; }

    public override IDictionary<string, string> SchemaVariables { get; } = new Dictionary<string, string>
    {
        ["identity"] = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        ["key"] = "BIGINT PRIMARY KEY",
        ["blob"] = "BYTEA",
    };

    public override string LockSchema => $"SELECT pg_advisory_xact_lock({SchemaLock})";

    public override string HasSchemaVersions => "SELECT COUNT(to_regclass('schema_versions'))";

    // An advisory lock, because it is taken without a transaction number: the one who waits here gets a higher number than the one it waits for.
    public override string LockOrder => "SELECT pg_advisory_xact_lock(hashtextextended(@orderId, 0))";

    public override string CommitGroup => "(SELECT base FROM feed_base) + pg_current_xact_id()::text::bigint";

    public override string CommitGroupIsSettled =>
        "commit_group < (SELECT base FROM feed_base) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    public override string RaiseFeedBase =>
        """
        UPDATE feed_base SET base = newest.commit_group
        FROM (SELECT COALESCE(MAX(commit_group), 0) AS commit_group FROM events) AS newest
        WHERE newest.commit_group > base + pg_current_xact_id()::text::bigint
        """;

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override string JsonMember(string column, string member) => $"({column}::json -> '{member}')::text";

    public override string OneOf(string column, string parameter) => $"{column} = ANY({parameter})";

    public override DbConnection Connect() => dataSource.CreateConnection();

    public override void Prepare(DbConnection connection)
    {
        // Nothing: sessions are as the connection string wants them.
    }

    public override ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
