using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Tests.Storage.Database;

/// <summary>A data error of the database is never called an outage.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StoreFailuresTests
{
    [Test]
    public async Task On_postgresql_bad_text_is_data_a_bad_statement_ours_and_no_server_an_outage()
    {
        await using var connection = new NpgsqlConnection(PrivatePostgreSql.NewDatabase());
        var text = Failure(() => connection.ExecuteScalar("SELECT @text::text", new { text = "a\0b" }));
        var range = Failure(() => connection.ExecuteScalar("SELECT 9223372036854775807 + 1::bigint"));
        var statement = Failure(() => connection.ExecuteScalar("SELECT * FROM no_such_table"));
        await using var nowhere = new NpgsqlConnection("Host=127.0.0.1;Port=9;Timeout=2;Username=x;Database=x");
        var away = Failure(() => nowhere.Open());

        Assert.That(StoreFailures.KindOf(text), Is.EqualTo(StoreFailure.Data));
        Assert.That(StoreFailures.KindOf(range), Is.EqualTo(StoreFailure.Data));
        Assert.That(StoreFailures.KindOf(statement), Is.EqualTo(StoreFailure.Fault));
        Assert.That(StoreFailures.KindOf(away), Is.EqualTo(StoreFailure.Outage));
    }

    [TestCase(5, StoreFailure.Outage)]
    [TestCase(13, StoreFailure.Outage)]
    [TestCase(14, StoreFailure.Outage)]
    [TestCase(18, StoreFailure.Data)]
    [TestCase(1, StoreFailure.Fault)]
    [TestCase(19, StoreFailure.Fault)]
    public void On_sqlite_the_code_says_it(int code, StoreFailure kind) =>
        Assert.That(StoreFailures.KindOf(new SqliteException("no", code)), Is.EqualTo(kind));

    private static DbException Failure(Action ask)
    {
        try
        {
            ask();
        }
        catch (DbException e)
        {
            return e;
        }

        throw new AssertionException("The database took it.");
    }
}
