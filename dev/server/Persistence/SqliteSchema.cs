using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>The tables of the database file and the schema version.</summary>
internal static class SqliteSchema
{
    private const int Version = 2;

    /// <summary>
    /// A run's facts are stored with its newest batch of events. If they change without an event, they are stored in the run's row, with the batch that
    /// they follow (facts_batch). So an event costs one insert.
    /// </summary>
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS runs (
            run_id TEXT PRIMARY KEY, namespace TEXT NOT NULL, workflow_id TEXT NOT NULL, live INTEGER NOT NULL, facts BLOB NOT NULL,
            facts_batch INTEGER NOT NULL DEFAULT 0, listing BLOB) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS history (
            run_id TEXT NOT NULL, first_event_id INTEGER NOT NULL, events BLOB NOT NULL, facts BLOB, PRIMARY KEY (run_id, first_event_id));
        CREATE TABLE IF NOT EXISTS current_runs (
            namespace TEXT NOT NULL, workflow_id TEXT NOT NULL, run_id TEXT NOT NULL, PRIMARY KEY (namespace, workflow_id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS documents (
            kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
        """;

    /// <summary>The migration from version 1, which stored the facts in the run's row and the visibility record as a document.</summary>
    private const string FromVersion1 = """
        ALTER TABLE runs ADD COLUMN facts_batch INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN listing BLOB;
        ALTER TABLE history ADD COLUMN facts BLOB;
        UPDATE runs SET
            facts_batch = (SELECT max(first_event_id) FROM history WHERE history.run_id = runs.run_id),
            listing = (SELECT value FROM documents WHERE kind = 'visibility' AND key = run_id || '/' || namespace);
        DELETE FROM documents WHERE kind = 'visibility';
        DROP INDEX live_runs;
        """;

    /// <summary>Opens the file for writing and migrates its tables to this version.</summary>
    /// <exception cref="StoreException">The file cannot be read or written, is damaged, or has a newer version.</exception>
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, file);
            return connection;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw new StoreException($"Cannot open database {file}: {failure.Message}", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection connection, string file)
    {
        // FULL: a commit is durable when it completes. The WAL may grow to 16 MB before a checkpoint, because most of its pages are rewritten many times.
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-4000;");
        if (Scalar(connection, "PRAGMA quick_check(1);") is not "ok")
        {
            throw new StoreException($"Cannot open database {file}: it is damaged.");
        }

        var found = Convert.ToInt32(Scalar(connection, "PRAGMA user_version;"), CultureInfo.InvariantCulture);
        if (found > Version)
        {
            throw new StoreException($"Cannot open database {file}: it was written by a newer version (format {found}, this is {Version}).");
        }

        Execute(connection, $"BEGIN IMMEDIATE; {(found == 1 ? FromVersion1 : Tables)} PRAGMA user_version={Version}; COMMIT;");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
