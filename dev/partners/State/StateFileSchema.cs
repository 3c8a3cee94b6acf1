using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OrderOrchestration.Partners.State;

/// <summary>The state file's table, format version and application id.</summary>
internal static class StateFileSchema
{
    /// <summary>
    /// Format version, incremented when a document changes so that an older program would misread it. 2: payments with the times of their changes, refunds
    /// with a state and an origin, payouts with all their outcomes, deleted members, and properties of scenarios and faults that format 1 does not have.
    /// </summary>
    public const int Version = 2;

    /// <summary>"PTNR": distinguishes this file from other SQLite files, such as the Temporal server's in the same folder.</summary>
    private const int ApplicationId = 0x50544E52;

    private const string Table = """
        CREATE TABLE IF NOT EXISTS documents (
            place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
        """;

    /// <summary>Migration from format 1 to 2: the property <c>deed</c> of a planned step becomes <c>action</c>. Other new properties are optional.</summary>
    private const string FromFormat1 = """
        UPDATE documents SET body = json_remove(json_set(body, '$.action', json_extract(body, '$.deed')), '$.deed') WHERE kind = 'step';
        """;

    /// <exception cref="SqliteException">The file cannot be opened, is not an SQLite file, or is in use.</exception>
    /// <exception cref="StateFileException">The file is damaged, is another kind of file, or is newer than this program.</exception>
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
        Lock(connection);
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
    /// Locks the file for this process until it is closed, because two servers would sell the same stock. synchronous=NORMAL: a commit survives a crash of
    /// the process; only a power failure may lose the last commits, and then as whole transactions.
    /// </summary>
    private static void Lock(SqliteConnection connection) =>
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
