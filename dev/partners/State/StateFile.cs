using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace OrderOrchestration.Partners.State;

/// <summary>
/// One SQLite file of JSON documents, identified by kind and id. Not thread-safe: <see cref="TeamsState"/> guards it. One server locks the
/// file while it is open; the lock of a process that dies is released.
/// </summary>
internal sealed class StateFile : IDisposable
{
    private const int Busy = 5;
    private readonly SqliteConnection connection;
    private readonly SqliteCommand put;
    private readonly SqliteCommand delete;
    private readonly string path;
    private readonly StateSeal seal;

    private StateFile(string path, SqliteConnection connection, ReadOnlyMemory<byte> key)
    {
        this.path = path;
        seal = new StateSeal(key);
        this.connection = connection;
        // The first write of a document assigns its place, so that documents are read in the order of their creation.
        put = Prepare("INSERT INTO documents (kind, id, body) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET body = $3", 3);
        delete = Prepare("DELETE FROM documents WHERE kind = $1 AND id = $2", 2);
    }

    /// <summary>Opens the file, or creates it.</summary>
    /// <exception cref="StateFileException">The file cannot be read or written, is damaged, is another kind of file, is newer than this program, or is in use.</exception>
    /// <param name="key">Encrypts the documents; empty: no encryption.</param>
    public static StateFile Open(string path, ReadOnlyMemory<byte> key)
    {
        var full = Path.GetFullPath(path);
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            connection = StateFileSchema.Open(full);
            return new StateFile(full, connection, key);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == Busy)
        {
            connection?.Dispose();
            throw new StateFileException($"the teams' state file {full} is in use by another server", failure);
        }
        catch (Exception failure) when (failure is SqliteException or IOException and not StateFileException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new StateFileException($"the teams' state file {full} cannot be opened: {failure.Message}", failure);
        }
    }

    /// <summary>The documents of a kind, oldest first.</summary>
    /// <exception cref="StateFileException">A document cannot be read.</exception>
    public List<T> Read<T>(string kind)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT id, body FROM documents WHERE kind = $1 ORDER BY place";
            command.Parameters.AddWithValue("$1", kind);
            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read())
            {
                found.Add(Parse<T>(kind, rows.GetString(0), rows.GetString(1)));
            }

            return found;
        }
        catch (SqliteException failure)
        {
            throw new StateFileException($"the teams' state file {path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Writes all changes in one transaction; null deletes a document. The changes are durable when this returns.</summary>
    /// <exception cref="StateFileException">Nothing was written.</exception>
    public void Write(IReadOnlyDictionary<(string Kind, string Id), object?> changes)
    {
        try
        {
            using var transaction = connection.BeginTransaction();
            foreach (var ((kind, id), document) in changes)
            {
                if (document is null)
                {
                    Run(delete, transaction, kind, id);
                }
                else
                {
                    Run(put, transaction, kind, id, seal.Close(JsonSerializer.Serialize(document, document.GetType(), StateJson.Options)));
                }
            }

            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            throw new StateFileException($"the teams' state file {path} cannot be written: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        put.Dispose();
        delete.Dispose();
        connection.Dispose();
        seal.Dispose();
    }

    private T Parse<T>(string kind, string id, string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(seal.Open(body), StateJson.Options)
                ?? throw new StateFileException($"the teams' state file {path} is damaged: {kind} '{id}' is empty");
        }
        catch (Exception failure) when (failure is JsonException or FormatException or CryptographicException)
        {
            throw new StateFileException($"the teams' state file {path} is damaged: {kind} '{id}' cannot be read: {failure.Message}", failure);
        }
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var number = 1; number <= parameters; number++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${number}") });
        }

        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<string> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
