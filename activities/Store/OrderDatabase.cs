using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Activities.Store;

/// <summary>The order database: snapshots, feed, carts, addresses, settlement.</summary>
public sealed class OrderDatabase : StoreDatabase
{
    internal OrderDatabase(StoreDialect dialect, bool upgradesItself)
        : base(dialect, StoreSchema.OfOrders(dialect), upgradesItself)
    {
    }

    public static OrderDatabase Sqlite(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new OrderDatabase(SqliteDialect.For(Path.GetFullPath(file)), upgradesItself: true);
    }

    /// <param name="upgradesItself">Whether the program upgrades the schema when it opens the database, as <c>dev/host</c> does.</param>
    public static OrderDatabase PostgreSql(string connectionString, bool upgradesItself = false) =>
        new(PostgreSqlDialect.For(connectionString, "orders"), upgradesItself);
}
