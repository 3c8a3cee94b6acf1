using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrderOrchestration.Activities.Database;

/// <summary>The kind of a database failure.</summary>
public enum StoreFailure
{
    /// <summary>The database is unavailable, full, or too busy: the same request may succeed later.</summary>
    Outage,

    /// <summary>The database cannot store the values: the same request never succeeds.</summary>
    Data,

    /// <summary>A statement or the schema is wrong: a defect of this program.</summary>
    Fault,
}

/// <summary>Distinguishes outages of the database from errors about data, on both databases.</summary>
public static class StoreFailures
{
    private const int SqliteTooBig = 18;
    private const int SqliteMismatch = 20;
    private const int SqliteRange = 25;

    // SQLSTATE classes: 08 connection, 25 read-only transaction, 40 rollback, 53 resources, 55 not in a state for it, 57 operator, 58 system, XX internal.
    private static readonly string[] Outages = ["08", "25", "40", "53", "55", "57", "58", "XX"];

    // 5 busy, 6 locked, 8 read-only, 10 disk, 11 corrupt, 13 full, 14 cannot open, 26 no database.
    private static readonly int[] SqliteOutages = [5, 6, 8, 10, 11, 13, 14, 26];

    public static StoreFailure KindOf(DbException failure) => failure switch
    {
        PostgresException { SqlState: { } state } when state.StartsWith("22", StringComparison.Ordinal) => StoreFailure.Data,
        PostgresException { SqlState: { } state } => Outages.Contains(state[..2], StringComparer.Ordinal) ? StoreFailure.Outage : StoreFailure.Fault,
        SqliteException { SqliteErrorCode: SqliteTooBig or SqliteMismatch or SqliteRange } => StoreFailure.Data,
        SqliteException sqlite => SqliteOutages.Contains(sqlite.SqliteErrorCode) ? StoreFailure.Outage : StoreFailure.Fault,
        _ => StoreFailure.Outage,
    };
}
