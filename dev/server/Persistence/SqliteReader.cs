using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>Reads committed data on its own connection.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = [];
    private bool closed;

    public SqliteReader(string file)
    {
        connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
    }

    public RunRecord? ReadRun(string runId) => Read(
        """
        SELECT namespace, workflow_id, live, CASE facts_batch WHEN first_event_id THEN runs.facts ELSE history.facts END
        FROM runs JOIN history USING (run_id) WHERE run_id = $1 ORDER BY first_event_id DESC LIMIT 1
        """,
        row => new RunRecord(row.GetString(0), row.GetString(1), runId, row.GetInt64(2) != 0, row.GetFieldValue<byte[]>(3)),
        runId).FirstOrDefault();

    public List<HistoryBatch> ReadHistory(string runId) => Read(
        "SELECT first_event_id, events FROM history WHERE run_id = $1 ORDER BY first_event_id",
        row => new HistoryBatch(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
        runId);

    public string? ReadCurrentRunId(string namespaceName, string workflowId) => Read(
        "SELECT run_id FROM current_runs WHERE namespace = $1 AND workflow_id = $2",
        row => row.GetString(0),
        namespaceName,
        workflowId).FirstOrDefault();

    public List<(string Namespace, string WorkflowId)> ReadWorkflowIds() => Read(
        "SELECT namespace, workflow_id FROM current_runs",
        row => (row.GetString(0), row.GetString(1)));

    public List<string> ReadRunIds(bool liveOnly) => Read(
        liveOnly ? "SELECT run_id FROM runs WHERE live = 1" : "SELECT run_id FROM runs",
        row => row.GetString(0));

    public List<(string Namespace, byte[] Listing)> ReadListings() => Read(
        "SELECT namespace, listing FROM runs WHERE live = 0 AND listing IS NOT NULL",
        row => (row.GetString(0), row.GetFieldValue<byte[]>(1)));

    public Dictionary<string, byte[]> ReadDocuments(string kind) => Read(
        "SELECT key, value FROM documents WHERE kind = $1",
        row => KeyValuePair.Create(row.GetString(0), row.GetFieldValue<byte[]>(1)),
        kind).ToDictionary();

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            foreach (var command in commands.Values)
            {
                command.Dispose();
            }

            connection.Dispose();
        }
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<string> parameters)
    {
        lock (gate)
        {
            if (closed)
            {
                throw new StoreException($"Database {connection.DataSource} is closed.");
            }

            var command = Prepared(sql, parameters.Length);
            for (var i = 0; i < parameters.Length; i++)
            {
                command.Parameters[i].Value = parameters[i];
            }

            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read())
            {
                found.Add(map(rows));
            }

            return found;
        }
    }

    /// <summary>Returns a prepared statement, which is parsed only once: a restart executes two of them for each run.</summary>
    private SqliteCommand Prepared(string sql, int parameters)
    {
        if (commands.TryGetValue(sql, out var known))
        {
            return known;
        }

        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
        }

        return commands[sql] = command;
    }
}
