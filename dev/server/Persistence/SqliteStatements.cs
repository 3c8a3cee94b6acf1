using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmbeddedTemporal.Persistence;

/// <summary>Everything that the writer says to the database. Each statement is parsed when it is first needed: a start needs few of them.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> prepared = new(StringComparer.Ordinal);

    private SqliteStatement PutRun => Prepared(
        "INSERT INTO runs (run_id, namespace, workflow_id, live, facts) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (run_id) DO UPDATE SET live = ?4, facts = ?5");

    private SqliteStatement PutHistory => Prepared("INSERT INTO history (run_id, first_event_id, events) VALUES (?1, ?2, ?3)");

    private SqliteStatement PutCurrent => Prepared("INSERT OR REPLACE INTO current_runs (namespace, workflow_id, run_id) VALUES (?1, ?2, ?3)");

    private SqliteStatement PutDocument => Prepared("INSERT OR REPLACE INTO documents (kind, key, value) VALUES (?1, ?2, ?3)");

    private SqliteStatement DeleteDocument => Prepared("DELETE FROM documents WHERE kind = ?1 AND key = ?2");

    private SqliteStatement DeleteCurrent => Prepared(
        "DELETE FROM current_runs WHERE run_id = ?1 AND (namespace, workflow_id) IN (SELECT namespace, workflow_id FROM runs WHERE run_id = ?1)");

    private SqliteStatement DeleteRun => Prepared("DELETE FROM runs WHERE run_id = ?1");

    private SqliteStatement DeleteHistory => Prepared("DELETE FROM history WHERE run_id = ?1");

    /// <summary>Writes all of it, or nothing.</summary>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    public void Write(IEnumerable<StoreCommit> commits)
    {
        Prepared("BEGIN IMMEDIATE").Run();
        try
        {
            foreach (var commit in commits)
            {
                Write(commit);
            }

            Prepared("COMMIT").Run();
        }
        catch
        {
            // A full disk has SQLite roll back by itself; what is still open is undone here.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                Prepared("ROLLBACK").Run();
            }

            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }
    }

    private void Write(StoreCommit changes)
    {
        foreach (var (run, events, makeCurrent) in changes.Runs)
        {
            PutRun.Bind(1, run.RunId).Bind(2, run.Namespace).Bind(3, run.WorkflowId).Bind(4, run.IsLive ? 1 : 0).Bind(5, run.Facts).Run();
            if (events is not null)
            {
                PutHistory.Bind(1, run.RunId).Bind(2, events.FirstEventId).Bind(3, events.Events).Run();
            }

            if (makeCurrent)
            {
                PutCurrent.Bind(1, run.Namespace).Bind(2, run.WorkflowId).Bind(3, run.RunId).Run();
            }
        }

        foreach (var (kind, key, value) in changes.Documents)
        {
            if (value is null)
            {
                DeleteDocument.Bind(1, kind).Bind(2, key).Run();
            }
            else
            {
                PutDocument.Bind(1, kind).Bind(2, key).Bind(3, value).Run();
            }
        }

        foreach (var runId in changes.DeletedRunIds)
        {
            DeleteCurrent.Bind(1, runId).Run();
            DeleteRun.Bind(1, runId).Run();
            DeleteHistory.Bind(1, runId).Run();
        }
    }

    private SqliteStatement Prepared(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            prepared[sql] = statement = new SqliteStatement(connection, sql);
        }

        return statement;
    }
}
