using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Tests.Storage.Database;

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
                var order = Snapshots.Of(Orders.NewId());
                await program.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(order, 1, "1"), default);
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
    public async Task A_database_that_a_newer_program_changed_serves_an_older_one_too()
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
            Assert.That(await older.GetRequiredService<IOrderQueries>().FindAsync("o-1", default), Is.Null);
            Assert.That(await older.GetRequiredService<OrderDatabase>().UpgradeAsync(default), Is.Empty);
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_database_brought_up_to_date_by_the_command_is_what_programs_start_on()
    {
        var folder = Directory.CreateTempSubdirectory("orders-schema-");
        var configuration = NewDatabase(folder.FullName);
        configuration[OrderStoreServices.UpgradesItself] = null;
        await using (var program = NewProgram(configuration))
        {
            var database = program.GetRequiredService<OrderDatabase>();
            Assert.That(await database.UpgradeAsync(default), Does.Contain("0001-orders.sql"));
            Assert.That(await database.UpgradeAsync(default), Is.Empty);
            await database.EnsureReadyAsync(default);
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public async Task The_feed_goes_on_after_a_database_was_moved_to_a_cluster_whose_transactions_count_from_lower()
    {
        var folder = Directory.CreateTempSubdirectory("orders-schema-");
        var configuration = NewDatabase(folder.FullName);
        var order = Snapshots.Of(Orders.NewId());
        await using (var before = NewProgram(configuration))
        {
            await before.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(order, 1, "before"), default);
            await ExecuteAsync(configuration, "UPDATE events SET commit_group = commit_group + 1000000000 WHERE commit_group > 0");
        }

        await using (var after = NewProgram(configuration))
        {
            await after.GetRequiredService<IOrderStore>().WriteAsync(Orders.Record(order, 2, "after"), default);
            var feed = await Feed.ReadUntilAsync(after.GetRequiredService<IOrderQueries>(), feed => feed.Count == 2);
            Assert.That(feed.Select(stored => stored.Event.Id), Is.EqualTo(new[] { "before", "after" }));
        }

        folder.Delete(recursive: true);
    }
}
