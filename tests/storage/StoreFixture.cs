using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrderOrchestration.Activities;

namespace OrderOrchestration.Tests.Storage;

/// <summary>A store on an empty database of its own, and a second program beside it on the same database.</summary>
[Parallelizable(ParallelScope.All)]
public abstract class StoreFixture(DatabaseKind kind)
{
    private DirectoryInfo? directory;
    private readonly ConcurrentBag<ServiceProvider> programs = [];
    private ServiceProvider? services;
    private ServiceProvider? secondServices;

    protected IConfiguration Configuration { get; private set; } = null!;

    [OneTimeSetUp]
    public void OpenStore()
    {
        directory = Directory.CreateTempSubdirectory("orders-store-");
        Configuration = NewDatabase(directory.FullName);
        services = NewProgram(Configuration);
        secondServices = NewProgram(Configuration);
    }

    [OneTimeTearDown]
    public async Task CloseStoreAsync()
    {
        await (services?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (secondServices?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var program in programs)
        {
            await program.DisposeAsync();
        }

        directory?.Delete(recursive: true);
    }

    protected T Store<T>()
        where T : notnull => services!.GetRequiredService<T>();

    /// <summary>The same part of the store in the other program.</summary>
    protected T SecondStore<T>()
        where T : notnull => secondServices!.GetRequiredService<T>();

    /// <summary>One more program on this fixture's database, with a clock of its own.</summary>
    protected T NewProgram<T>(TimeProvider clock)
        where T : notnull
    {
        var program = NewProgram(Configuration, clock);
        programs.Add(program);
        return program.GetRequiredService<T>();
    }

    protected static ServiceProvider NewProgram(IConfiguration configuration, TimeProvider? clock = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(clock ?? TimeProvider.System);
        collection.AddOrderStore(configuration);
        return collection.BuildServiceProvider();
    }

    /// <summary>The master key of every program of these tests.</summary>
    protected static string MasterKey { get; } = Convert.ToBase64String(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    protected IConfiguration NewDatabase(string folder)
    {
        var settings = kind == DatabaseKind.Sqlite
            ? new Dictionary<string, string?> { ["Data:Directory"] = folder }
            : new Dictionary<string, string?>
            {
                ["ConnectionStrings:Orders"] = PrivatePostgreSql.NewDatabase(),
                ["ConnectionStrings:Keys"] = PrivatePostgreSql.NewDatabase(),
            };
        settings["Privacy:MasterKeys:first"] = MasterKey;
        settings[OrderStoreServices.UpgradesItself] = "true";
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    protected static async Task ExecuteAsync(IConfiguration configuration, string sql)
    {
        await using var connection = await ConnectAsync(configuration);
        await Dapper.SqlMapper.ExecuteAsync(connection, sql);
    }

    /// <summary>An open connection to a database of these tests, for what no part of the store answers.</summary>
    protected static async Task<DbConnection> ConnectAsync(IConfiguration configuration)
    {
        DbConnection connection = configuration.GetConnectionString("Orders") is { } postgreSql
            ? new NpgsqlConnection(postgreSql)
            : new SqliteConnection("Data Source=" + Path.Combine(configuration["Data:Directory"]!, "orders.db"));
        await connection.OpenAsync();
        return connection;
    }
}

/// <summary>A clock that tests move; each test that moves it uses keys of its own.</summary>
public sealed class MutableClock : TimeProvider
{
    private long ticks = DateTimeOffset.UtcNow.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
