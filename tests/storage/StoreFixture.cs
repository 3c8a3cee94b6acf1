using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store;

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

    protected IConfiguration NewDatabase(string folder)
    {
        var settings = kind == DatabaseKind.Sqlite
            ? new Dictionary<string, string?> { ["Data:Directory"] = folder }
            : new Dictionary<string, string?> { ["ConnectionStrings:Orders"] = PrivatePostgreSql.NewDatabase() };
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}

/// <summary>A clock that tests move; each test that moves it uses keys of its own.</summary>
public sealed class MutableClock : TimeProvider
{
    private long ticks = DateTimeOffset.UtcNow.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
