using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Bench;

/// <summary>A day's payments as the orders' ledgers have them, put into an empty store in one go: every twentieth was refunded in part.</summary>
internal static class ReconciliationSeed
{
    public const long Amount = 54_500;
    public const long Refunded = 10_000;

    public static string OrderId(long number) => $"o-0198f3a4b5c67d8e9fa0b1c2{number}";

    public static string PaymentId(long number) => $"pay-{number}";

    public static bool IsRefunded(long number) => number % 20 == 0;

    public static async Task WriteAsync(string? postgreSql, string sqliteFile, int payments, DateOnly day, CancellationToken cancellationToken)
    {
        await using DbConnection connection = postgreSql is null
            ? new SqliteConnection($"Data Source={sqliteFile}")
            : new NpgsqlConnection(postgreSql);
        await connection.OpenAsync(cancellationToken);
        var start = BusinessDay.EndOf(day.AddDays(-1)).ToUnixTimeMilliseconds() * 1_000;
        var numbers = postgreSql is null
            ? $"WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {payments})"
            : $"WITH n (n) AS (SELECT * FROM generate_series(1::bigint, {payments}))";
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO payment_entries (entry_id, order_id, attempt, payment_id, kind, refund_id, amount, occurred_at)
            {numbers}
            SELECT '{OrderId(0)[..^1]}' || n || '/charged/payment/1', '{OrderId(0)[..^1]}' || n, 1, 'pay-' || n, 'charged', NULL, {Amount}, {start} + n * 80000 FROM n
            """,
            cancellationToken);
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO payment_entries (entry_id, order_id, attempt, payment_id, kind, refund_id, amount, occurred_at)
            {numbers}
            SELECT '{OrderId(0)[..^1]}' || n || '/refunded/r-1', '{OrderId(0)[..^1]}' || n, 1, 'pay-' || n, 'refunded', 'r-1', {Refunded}, {start} + n * 80000
            FROM n WHERE n % 20 = 0
            """,
            cancellationToken);
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
