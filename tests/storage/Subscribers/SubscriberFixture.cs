using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Storage.Subscribers;

/// <summary>A subscriber <c>crm</c> to all order events, workers that deliver to it, and a database for each test.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public abstract class SubscriberFixture(DatabaseKind kind)
{
    private readonly List<SubscriberHost> workers = [];
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("orders-subscribers-");

    private protected static ReadOnlyMemory<byte> Secret { get; } = RandomNumberGenerator.GetBytes(24);

    private protected static ReadOnlyMemory<byte> NewSecret { get; } = RandomNumberGenerator.GetBytes(32);

    private protected RunningClock Clock { get; } = new();

    private protected Receiver Receiver { get; } = new();

    protected Dictionary<string, string?> Settings { get; private set; } = null!;

    [SetUp]
    public void NewDatabase() => Settings = new()
    {
        ["Data:Directory"] = directory.FullName,
        ["ConnectionStrings:Orders"] = kind == DatabaseKind.Sqlite ? null : PrivatePostgreSql.NewDatabase(),
        [OrderStoreServices.UpgradesItself] = "true",
        ["Subscribers:Crm:Url"] = "http://crm.test/events",
        ["Subscribers:Crm:Secret"] = $"whsec_{Convert.ToBase64String(Secret.Span)} whsec_{Convert.ToBase64String(NewSecret.Span)}",
        ["Subscribers:Crm:Types"] = "order.*",
        ["EventRelay:PollInterval"] = "00:00:00.020",
        ["EventRelay:FirstPause"] = "00:00:00.020",
        ["EventRelay:LongestPause"] = "00:00:00.200",
        ["EventRelay:Timeout"] = "00:00:00.500",
    };

    [TearDown]
    public async Task StopWorkersAsync()
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        directory.Delete(recursive: true);
    }

    private protected static bool IsIdle(SubscriberHost worker) => worker.Store<IDeadLetters>().SubscribersAsync(default).GetAwaiter().GetResult()
        .All(state => state is { Waiting: 0, Failing: 0 });

    protected static async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isSo())
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    private protected static async Task<string> WriteAsync(SubscriberHost worker, params string[] eventIds)
    {
        var order = Snapshots.Of(Orders.NewId());
        await worker.Store<IOrderStore>().WriteAsync(Orders.Record(order, 1, eventIds), default);
        return order.OrderId;
    }

    private protected async Task<SubscriberHost> NewWorkerAsync()
    {
        var worker = await SubscriberHost.StartAsync(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build(), Clock, Receiver);
        workers.Add(worker);
        return worker;
    }
}
