using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>The prepared statements of the writer.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly SqliteCommand begin;
    private readonly SqliteCommand commit;
    private readonly SqliteCommand rollback;
    private readonly SqliteCommand addRun;
    private readonly SqliteCommand changeRun;
    private readonly SqliteCommand changeFacts;
    private readonly SqliteCommand addBatch;
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

        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        rollback = Prepare("ROLLBACK");
        addRun = Prepare("INSERT INTO runs (run_id, namespace, workflow_id, live, facts, listing) VALUES ($1, $2, $3, $4, x'', $5)", "$1", "$2", "$3", "$4", "$5");
        changeRun = Prepare("UPDATE runs SET live = $2, listing = coalesce($3, listing) WHERE run_id = $1", "$1", "$2", "$3");
        changeFacts = Prepare(
            """
            UPDATE runs SET live = $2, listing = coalesce($3, listing), facts = $4,
                facts_batch = (SELECT max(first_event_id) FROM history WHERE history.run_id = $1)
            WHERE run_id = $1
            """,
            "$1", "$2", "$3", "$4");
        addBatch = Prepare("INSERT INTO history (run_id, first_event_id, events, facts) VALUES ($1, $2, $3, $4)", "$1", "$2", "$3", "$4");
        putCurrent = Prepare("INSERT OR REPLACE INTO current_runs (namespace, workflow_id, run_id) VALUES ($1, $2, $3)", "$1", "$2", "$3");
        putDocument = Prepare("INSERT OR REPLACE INTO documents (kind, key, value) VALUES ($1, $2, $3)", "$1", "$2", "$3");
        deleteDocument = Prepare("DELETE FROM documents WHERE kind = $1 AND key = $2", "$1", "$2");
        deleteRun = Prepare("DELETE FROM runs WHERE run_id = $1", "$1");
        deleteHistory = Prepare("DELETE FROM history WHERE run_id = $1", "$1");
        deleteCurrent = Prepare(
            "DELETE FROM current_runs WHERE run_id = $1 AND (namespace, workflow_id) IN (SELECT namespace, workflow_id FROM runs WHERE run_id = $1)", "$1");
    }

    /// <summary>Writes the commits in one transaction.</summary>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    public void Write(IEnumerable<StoreCommit> commits)
    {
        begin.ExecuteNonQuery();
        try
        {
            foreach (var one in commits)
            {
                Write(one);
            }

            commit.ExecuteNonQuery();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    private void Write(StoreCommit one)
    {
        foreach (var write in one.Runs)
        {
            WriteRun(write);
        }

        foreach (var (kind, key, value) in one.Documents)
        {
            if (value is null)
            {
                Run(deleteDocument, kind, key);
            }
            else
            {
                Run(putDocument, kind, key, value);
            }
        }

        foreach (var runId in one.DeletedRunIds)
        {
            Run(deleteCurrent, runId);
            Run(deleteRun, runId);
            Run(deleteHistory, runId);
        }
    }

    public void Dispose()
    {
        begin.Dispose();
        commit.Dispose();
        rollback.Dispose();
        addRun.Dispose();
        changeRun.Dispose();
        changeFacts.Dispose();
        addBatch.Dispose();
        putCurrent.Dispose();
        putDocument.Dispose();
        deleteDocument.Dispose();
        deleteRun.Dispose();
        deleteHistory.Dispose();
        deleteCurrent.Dispose();
    }

    private void RollBack()
    {
        try
        {
            rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back, as it does when the disk is full.
        }
    }

    /// <summary>Writes a run: usually one insert of a batch of events with the facts after it; the run's row is updated only if needed.</summary>
    private void WriteRun(RunWrite write)
    {
        var run = write.Run;
        var live = run.IsLive ? 1 : 0;
        var listing = (object?)write.Listing ?? DBNull.Value;
        if (write.NewEvents is not { } batch)
        {
            Run(changeFacts, run.RunId, live, listing, run.Facts);
        }
        else
        {
            if (batch.FirstEventId == 1)
            {
                Run(addRun, run.RunId, run.Namespace, run.WorkflowId, live, listing);
            }
            else if (write.ChangesLiveness || write.Listing is not null)
            {
                Run(changeRun, run.RunId, live, listing);
            }

            Run(addBatch, run.RunId, batch.FirstEventId, batch.Events, run.Facts);
        }

        if (write.MakeCurrent)
        {
            Run(putCurrent, run.Namespace, run.WorkflowId, run.RunId);
        }
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
