using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmbeddedTemporal.Persistence;

/// <summary>
/// A statement of the writer, parsed once and bound by position. Underneath ADO.NET on purpose: a workflow of one activity is some twenty of
/// these, and looking parameters up by name and making a reader for each was half of what they cost.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new StoreException($"Database {connection.DataSource} is closed.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), database);
    }

    public SqliteStatement Bind(int position, string value) => Checked(raw.sqlite3_bind_text(statement, position, value));

    public SqliteStatement Bind(int position, byte[] value) => Checked(raw.sqlite3_bind_blob(statement, position, value));

    public SqliteStatement Bind(int position, long value) => Checked(raw.sqlite3_bind_int64(statement, position, value));

    /// <exception cref="SqliteException">It had no effect.</exception>
    public void Run()
    {
        var outcome = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (outcome != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(outcome, database);
        }
    }

    public void Dispose() => statement.Dispose();

    private SqliteStatement Checked(int outcome)
    {
        SqliteException.ThrowExceptionForRC(outcome, database);
        return this;
    }
}
