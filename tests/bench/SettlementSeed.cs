using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Bench;

/// <summary>A day's completed lines, put into an empty store in one go: writing them is the orders' work, not settlement's.</summary>
internal static class SettlementSeed
{
    public static async Task WriteAsync(
        string? postgreSql, string sqliteFile, int lines, int sellers, DateOnly day, CancellationToken cancellationToken)
    {
        await using DbConnection connection = postgreSql is null
            ? new SqliteConnection($"Data Source={sqliteFile}")
            : new NpgsqlConnection(postgreSql);
        await connection.OpenAsync(cancellationToken);
        var noon = BusinessDay.EndOf(day).AddHours(-12).ToUnixTimeMilliseconds() * 1_000;
        var numbers = postgreSql is null
            ? $"WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {lines})"
            : $"WITH n (n) AS (SELECT * FROM generate_series(1::bigint, {lines}))";

        // Orders of a day are of any seller: neighbouring lines belong to different ones. Ids are as long as real ones.
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO settlement_entries (entry_id, order_id, kind, product_id, seller_id, category_id, quantity, sales, seller_discount,
                platform_discount, commission_rate, commission, occurred_at)
            {numbers}
            SELECT 'o-0198f3a4b5c67d8e9fa0b1c2' || n || '/sale/p-' || (n % 5000), 'o-0198f3a4b5c67d8e9fa0b1c2' || n, 'sale', 'p-' || (n % 5000),
                's-' || ((n * 7919) % {sellers}), 'fashion', 1, 10000 + n % 90000, 0, 0, '0.10', (10000 + n % 90000) / 10, {noon}
            FROM n
            """,
            cancellationToken);
        await ExecuteAsync(
            connection, "INSERT INTO unsettled_entries (entry, occurred_at) SELECT position, occurred_at FROM settlement_entries", cancellationToken);
        await ExecuteAsync(connection, "ANALYZE", cancellationToken);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and words of this file only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
