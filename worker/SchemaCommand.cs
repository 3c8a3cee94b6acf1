using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Keys;

namespace OrderOrchestration.Worker;

/// <summary>
/// <c>migrate</c>: upgrades the order database and the key database and ends. Programs of the previous version continue to work on the new schema
/// (contract §5).
/// </summary>
internal static class SchemaCommand
{
    public const string Name = "migrate";

    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        await using var services = new ServiceCollection().AddLogging().AddOrderStore(configuration).BuildServiceProvider();
        await using var keys = PersonalDataServices.Find(configuration);
        try
        {
            await UpgradeAsync(services.GetRequiredService<OrderDatabase>());
            if (keys is not null)
            {
                await UpgradeAsync(keys);
            }
            else
            {
                await Console.Out.WriteLineAsync("ConnectionStrings:Keys is not set: the key database is left to somebody else");
            }

            return 0;
        }
        catch (Exception error) when (error is Activities.Database.StoreSchemaException or System.Data.Common.DbException or IOException)
        {
            await Console.Error.WriteLineAsync($"cannot migrate: {error.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static async Task UpgradeAsync(StoreDatabase database)
    {
        foreach (var script in await database.UpgradeAsync(CancellationToken.None))
        {
            await Console.Out.WriteLineAsync($"applied {script}");
        }

        await Console.Out.WriteLineAsync($"the {database.Name} is up to date");
    }
}
