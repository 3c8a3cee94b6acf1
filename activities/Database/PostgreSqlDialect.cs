using System.Data.Common;
using Npgsql;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// PostgreSQL: concurrent writers. A position is assigned before its transaction commits, so a reader that follows positions alone could skip an event
/// that commits late. Events therefore carry the number of their transaction, and readers stop below the oldest running transaction.
/// </summary>
internal sealed class PostgreSqlDialect : StoreDialect
{
    // An arbitrary number; nothing else in this database may use it as a lock.
    private const string SchemaLock = "7310925884310201";

    private readonly NpgsqlDataSource dataSource;

    private PostgreSqlDialect(string connectionString, string name)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);

        // The name is a label of metrics, which would otherwise show the connection string.
        dataSource = new NpgsqlDataSourceBuilder(WithOurDefaults(address).ConnectionString) { Name = name }.Build();
        Name = $"PostgreSQL database {address.Database} at {address.Host}:{address.Port}";
    }

    /// <summary>
    /// Our statements are few and repeated, so each connection prepares them. They do not change session state, so a connection is not reset when it
    /// returns to the pool, which would cost a transaction each time. Settings in the connection string take precedence.
    /// </summary>
    private static NpgsqlConnectionStringBuilder WithOurDefaults(NpgsqlConnectionStringBuilder settings)
    {
        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = 100;
        }

        if (!settings.ShouldSerialize("No Reset On Close"))
        {
            settings.NoResetOnClose = true;
        }

        return settings;
    }

    /// <param name="name">The name of the connection pool in metrics.</param>
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

    // An advisory lock, because it assigns no transaction number: a waiting writer gets a higher number than the writer it waits for.
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
        // Nothing: the connection string configures the session.
    }

    public override ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
