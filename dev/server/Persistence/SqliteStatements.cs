using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>The writer's prepared statements.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly SqliteCommand putRun;
    private readonly SqliteCommand putHistory;
    private readonly SqliteCommand putCurrent;
    private readonly SqliteCommand putDocument;
    private readonly SqliteCommand deleteDocument;
    private readonly SqliteCommand deleteRun;
    private readonly SqliteCommand deleteHistory;
    private readonly SqliteCommand deleteCurrent;

    public SqliteStatements(SqliteConnection connection)
    {
        SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
        {
            var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text below.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var name in parameters)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            return command;
        }

        putRun = Prepare(
            "INSERT INTO runs (run_id, namespace, workflow_id, live, facts) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run_id) DO UPDATE SET live = $4, facts = $5",
            "$1", "$2", "$3", "$4", "$5");
        putHistory = Prepare("INSERT INTO history (run_id, first_event_id, events) VALUES ($1, $2, $3)", "$1", "$2", "$3");
        putCurrent = Prepare("INSERT OR REPLACE INTO current_runs (namespace, workflow_id, run_id) VALUES ($1, $2, $3)", "$1", "$2", "$3");
        putDocument = Prepare("INSERT OR REPLACE INTO documents (kind, key, value) VALUES ($1, $2, $3)", "$1", "$2", "$3");
        deleteDocument = Prepare("DELETE FROM documents WHERE kind = $1 AND key = $2", "$1", "$2");
        deleteRun = Prepare("DELETE FROM runs WHERE run_id = $1", "$1");
        deleteHistory = Prepare("DELETE FROM history WHERE run_id = $1", "$1");
        deleteCurrent = Prepare(
            "DELETE FROM current_runs WHERE run_id = $1 AND (namespace, workflow_id) IN (SELECT namespace, workflow_id FROM runs WHERE run_id = $1)", "$1");
    }

    public void Write(StoreCommit commit, SqliteTransaction transaction)
    {
        foreach (var (run, events, makeCurrent) in commit.Runs)
        {
            Run(putRun, transaction, run.RunId, run.Namespace, run.WorkflowId, run.IsLive ? 1 : 0, run.Facts);
            if (events is not null)
            {
                Run(putHistory, transaction, run.RunId, events.FirstEventId, events.Events);
            }

            if (makeCurrent)
            {
                Run(putCurrent, transaction, run.Namespace, run.WorkflowId, run.RunId);
            }
        }

        foreach (var (kind, key, value) in commit.Documents)
        {
            if (value is null)
            {
                Run(deleteDocument, transaction, kind, key);
            }
            else
            {
                Run(putDocument, transaction, kind, key, value);
            }
        }

        foreach (var runId in commit.DeletedRunIds)
        {
            Run(deleteCurrent, transaction, runId);
            Run(deleteRun, transaction, runId);
            Run(deleteHistory, transaction, runId);
        }
    }

    public void Dispose()
    {
        putRun.Dispose();
        putHistory.Dispose();
        putCurrent.Dispose();
        putDocument.Dispose();
        deleteDocument.Dispose();
        deleteRun.Dispose();
        deleteHistory.Dispose();
        deleteCurrent.Dispose();
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
