using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrderOrchestration.Activities.Database;
using SQLitePCL;

namespace OrderOrchestration.Tests.Storage.Plans;

/// <summary>A statement that was run, as the database understood it, and the plan by which it ran.</summary>
internal sealed record RunStatement(string Sql, string Plan);

/// <summary>
/// A dialect that records which statements were run on its connections, and by which plans: PostgreSQL reports both (auto_explain), for the actual values;
/// SQLite reports the statements (trace), whose plans are read afterwards.
/// </summary>
internal sealed class WatchedDialect(StoreDialect inner) : StoreDialect
{
    // random_page_cost: as on the solid disks that databases have.
    private const string Explain =
        """
        LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET client_min_messages = log; SET random_page_cost = 1.1
        """;

    private readonly ConcurrentQueue<string> seen = new();

    public override string Name => inner.Name;

    public override IDictionary<string, string> SchemaVariables => inner.SchemaVariables;

    public override string LockSchema => inner.LockSchema;

    public override string HasSchemaVersions => inner.HasSchemaVersions;

    public override string LockOrder => inner.LockOrder;

    public override string CommitGroup => inner.CommitGroup;

    public override string CommitGroupIsSettled => inner.CommitGroupIsSettled;

    public override string RaiseFeedBase => inner.RaiseFeedBase;

    public override string SkipLocked => inner.SkipLocked;

    public override string JsonMember(string column, string member) => inner.JsonMember(column, member);

    public override string OneOf(string column, string parameter) => inner.OneOf(column, parameter);

    public override DbConnection Connect() => inner.Connect();

    public override void Prepare(DbConnection connection)
    {
        inner.Prepare(connection);
        if (connection is NpgsqlConnection postgreSql)
        {
            postgreSql.Execute(Explain);
            postgreSql.Notice += (_, notice) => seen.Enqueue(notice.Notice.MessageText);
        }
        else
        {
            raw.sqlite3_trace(((SqliteConnection)connection).Handle, (_, statement) => seen.Enqueue(statement), null);
        }
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>What was run while <paramref name="call"/> was.</summary>
    public async Task<IReadOnlyList<RunStatement>> WatchAsync(Func<Task> call)
    {
        seen.Clear();
        await call();
        var statements = seen.ToArray();
        await using var connection = inner.Connect();
        await connection.OpenAsync();
        return
        [
            .. statements.Select(statement => connection is NpgsqlConnection ? OfPostgreSql(statement) : OfSqlite(connection, statement))
                .OfType<RunStatement>(),
        ];
    }

    private static RunStatement? OfPostgreSql(string notice)
    {
        const string begins = "Query Text: ";
        var from = notice.IndexOf(begins, StringComparison.Ordinal);
        if (from < 0)
        {
            return null;
        }

        // The plan begins at its first node, which says its cost.
        var text = notice[(from + begins.Length)..];
        var lines = text.Split('\n').ToList();
        var plan = lines.FindIndex(line => line.Contains("  (cost=", StringComparison.Ordinal));
        return new RunStatement(string.Join('\n', lines.Take(plan)), string.Join('\n', lines.Skip(plan)));
    }

    private static RunStatement? OfSqlite(DbConnection connection, string statement)
    {
        var verb = statement.TrimStart().Split(' ', '\n')[0];
        return verb is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "WITH"
            ? new RunStatement(statement, string.Join('\n', connection.Query<PlanRow>("EXPLAIN QUERY PLAN " + statement).Select(row => row.Detail)))
            : null;
    }

    private sealed record PlanRow
    {
        public string Detail { get; init; } = "";
    }
}
