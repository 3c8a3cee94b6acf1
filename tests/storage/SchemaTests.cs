using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Schema;

namespace OrderOrchestration.Tests.Storage;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class SchemaTests(DatabaseKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task Programs_that_start_together_on_an_empty_database_all_come_up()
    {
        var folder = Directory.CreateTempSubdirectory("orders-schema-");
        var configuration = NewDatabase(folder.FullName);
        var programs = Enumerable.Range(0, 6).Select(_ => NewProgram(configuration)).ToList();
        try
        {
            await Task.WhenAll(programs.Select(program => Task.Run(async () =>
            {
                var view = Orders.View(Orders.NewId());
                await program.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(view, 1, "1"), default);
            })));
            var orders = await programs[0].GetRequiredService<IOrderQueries>().ListAsync(new OrderFilter(), default);
            Assert.That(orders.Items, Has.Count.EqualTo(programs.Count));
        }
        finally
        {
            foreach (var program in programs)
            {
                await program.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_database_that_a_newer_program_changed_is_refused_by_name()
    {
        var folder = Directory.CreateTempSubdirectory("orders-schema-");
        var configuration = NewDatabase(folder.FullName);
        await using (var newer = NewProgram(configuration))
        {
            var database = newer.GetRequiredService<OrderDatabase>();
            await database.UpgradeAsync(default);
            await ExecuteAsync(configuration, "INSERT INTO schema_versions (script, applied_at) VALUES ('9999-from-the-future.sql', 'later')");
        }

        await using (var older = NewProgram(configuration))
        {
            await Assert.ThatAsync(
                () => older.GetRequiredService<IOrderQueries>().FindAsync("o-1", default),
                Throws.InstanceOf<StoreSchemaException>().With.Message.Contains("9999-from-the-future.sql").And.Message.Contains("newer version"));
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public async Task The_feed_goes_on_after_a_database_was_moved_to_a_cluster_whose_transactions_count_from_lower()
    {
        var folder = Directory.CreateTempSubdirectory("orders-schema-");
        var configuration = NewDatabase(folder.FullName);
        var view = Orders.View(Orders.NewId());
        await using (var before = NewProgram(configuration))
        {
            await before.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(view, 1, "before"), default);
            await ExecuteAsync(configuration, "UPDATE events SET commit_group = commit_group + 1000000000 WHERE commit_group > 0");
        }

        await using (var after = NewProgram(configuration))
        {
            await after.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(view, 2, "after"), default);
            var feed = await Feed.ReadUntilAsync(after.GetRequiredService<IOrderQueries>(), feed => feed.Count == 2);
            Assert.That(feed.Select(stored => stored.Event.Id), Is.EqualTo(new[] { "before", "after" }));
        }

        folder.Delete(recursive: true);
    }

    private static async Task ExecuteAsync(IConfiguration configuration, string sql)
    {
        await using System.Data.Common.DbConnection connection = configuration.GetConnectionString("Orders") is { } postgreSql
            ? new Npgsql.NpgsqlConnection(postgreSql)
            : new Microsoft.Data.Sqlite.SqliteConnection("Data Source=" + Path.Combine(configuration["Data:Directory"]!, "orders.db"));
        await connection.OpenAsync();
        await Dapper.SqlMapper.ExecuteAsync(connection, sql);
    }
}
