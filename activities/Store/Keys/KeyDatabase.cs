using Dapper;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>The key database: separate from the orders, so that no copy or backup of them can be read without it (contract §6).</summary>
public sealed class KeyDatabase : StoreDatabase
{
    private readonly bool isFile;

    private KeyDatabase(StoreDialect dialect, bool upgradesItself, bool isFile)
        : base(dialect, StoreSchema.OfKeys(dialect), upgradesItself) => this.isFile = isFile;

    public static KeyDatabase Sqlite(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new KeyDatabase(SqliteDialect.For(Path.GetFullPath(file)), upgradesItself: true, isFile: true);
    }

    /// <param name="upgradesItself">Whether the program upgrades the schema when it opens the database, as <c>dev/host</c> does.</param>
    public static KeyDatabase PostgreSql(string connectionString, bool upgradesItself = false) =>
        new(PostgreSqlDialect.For(connectionString, "keys"), upgradesItself, isFile: false);

    /// <summary>
    /// Removes destroyed keys from the disk, too: deleted bytes are overwritten, and the write-ahead log, which still contains them, is truncated. On
    /// PostgreSQL they disappear with the next vacuum and the last archived log.
    /// </summary>
    public Task PurgeDeletedAsync(CancellationToken cancellationToken) => isFile
        ? ReadAsync(
            (connection, token) => connection.ExecuteAsync(new CommandDefinition("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken: token)),
            cancellationToken)
        : Task.CompletedTask;
}
