using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OrderOrchestration.Partners.State;

/// <summary>The state file's table, its version, and how it is recognised.</summary>
internal static class StateFileSchema
{
    /// <summary>
    /// Raised whenever a document changes so that an older program would misread it. 2: payments with the times of their changes, refunds
    /// with a state and an origin, payouts with all their outcomes, members who left, words of scenarios and faults that format 1 has not.
    /// </summary>
    public const int Version = 2;

    /// <summary>"PTNR": tells this file from any other SQLite file (the Temporal server's lies beside it).</summary>
    private const int ApplicationId = 0x50544E52;

    private const string Table = """
        CREATE TABLE IF NOT EXISTS documents (
            place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
        """;

    /// <summary>What makes format 2 of format 1: a planned step's action was called deed. What format 1 has not is absent, which every reader takes.</summary>
    private const string FromFormat1 = """
        UPDATE documents SET body = json_remove(json_set(body, '$.action', json_extract(body, '$.deed')), '$.deed') WHERE kind = 'step';
        """;

    /// <exception cref="SqliteException">It cannot be opened, is no SQLite file, or is in use.</exception>
    /// <exception cref="StateFileException">It is damaged, something else, or newer than this program.</exception>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        Own(connection);
        if (Scalar(connection, "PRAGMA quick_check(1)") is not "ok")
        {
            throw new StateFileException($"the teams' state file {path} is damaged");
        }

        var (application, version) = (Number(connection, "PRAGMA application_id"), Number(connection, "PRAGMA user_version"));
        var isEmpty = Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !isEmpty)
        {
            throw new StateFileException($"{path} is no state file of the teams");
        }

        if (version > Version)
        {
            throw new StateFileException(
                $"the teams' state file {path} was written by a newer version of this program (format {version}; this one knows {Version})");
        }

        var upgrade = !isEmpty && version < Version ? FromFormat1 : string.Empty;
        Execute(connection, $"BEGIN IMMEDIATE; {Table} {upgrade} PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version}; COMMIT;");
    }

    /// <summary>
    /// Takes the file for this process until it is closed: two servers would each sell what the other has sold. NORMAL: a commit outlives the
    /// process at once; only a power cut may take the last ones back, and then whole transactions.
    /// </summary>
    private static void Own(SqliteConnection connection) =>
        Execute(connection, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE; COMMIT;");

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql) =>
        Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
