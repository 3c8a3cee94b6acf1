using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Tests.Storage.Database;

/// <summary>PostgreSQL alone: SQLite files are brought up to date by the program that opens them (contract §5).</summary>
public sealed class SchemaCommandTests() : StoreFixture(DatabaseKind.PostgreSql)
{
    [TestCase(false, "is not there (0001-orders.sql and", TestName = "PostgreSql_without_a_schema_is_refused_in_one_line")]
    [TestCase(true, "is older than this program (0002-outbox.sql is missing)", TestName = "PostgreSql_with_an_older_schema_is_refused_in_one_line")]
    public async Task PostgreSql_is_changed_by_a_command_of_its_own_and_never_by_who_opens_it(bool older, string why)
    {
        var configuration = NewDatabase("");
        configuration[OrderStoreServices.UpgradesItself] = null;
        if (older)
        {
            await using var before = NewProgram(configuration);
            await before.GetRequiredService<OrderDatabase>().UpgradeAsync(default);
            await ExecuteAsync(configuration, "DELETE FROM schema_versions WHERE script = '0002-outbox.sql'");
        }

        await using var program = NewProgram(configuration);
        var error = await Assert.ThrowsAsync<StoreSchemaException>(() => program.GetRequiredService<OrderDatabase>().EnsureReadyAsync(default));

        Assert.That(error!.Message, Does.Contain(why).And.Contain("`migrate`").And.Not.Contain("\n"));
    }
}
