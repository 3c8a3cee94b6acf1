using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>
/// Everything around settlement, for real: a Temporal server with its own time, the worker's own host with its schedules, a SQLite store, and the
/// other teams over HTTP. The worker can be stopped and started; a test decides when the finance team acts.
/// </summary>
internal sealed class SettlementWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EmbeddedTemporalServer temporal;
    private readonly WebhookReceiver receiver;
    private readonly DirectoryInfo directory;
    private readonly ServiceProvider reader;
    private IHost? worker;
    private static int orders;

    private SettlementWorld(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver)
    {
        this.temporal = temporal;
        this.receiver = receiver;
        Client = client;
        Teams = teams;
        directory = Directory.CreateTempSubdirectory("settlement-world-");
        reader = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddOrderStore(Configuration()).BuildServiceProvider();
    }

    public ITemporalClient Client { get; }

    public PartnersServer Teams { get; }

    /// <summary>What goes wrong in the store, by a test's wish.</summary>
    public Disturbance Disturbance { get; } = new();

    public ISettlementQueries Reader => reader.GetRequiredService<ISettlementQueries>();

    public DateTimeOffset Now => temporal.CurrentTime;

    /// <summary>The day of business that it is.</summary>
    public DateOnly Today => BusinessDay.Of(Now);

    private WorldClock Clock => new(temporal);

    /// <param name="settings">Configuration of the worker, such as a policy.</param>
    public static async Task<SettlementWorld> StartAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions());
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        var receiver = await WebhookReceiver.StartAsync(client);
        var teams = await PartnersServer.StartAsync(
            new PartnersOptions { Pace = Pace.Manual, TimeProvider = new WorldClock(temporal), OrderApiBaseUrl = receiver.Address });
        var world = new SettlementWorld(temporal, client, teams, receiver);
        await world.StartWorkerAsync(settings);

        // From a fresh day on, so that no test meets a midnight by chance.
        await world.SkipToAsync(world.Today.AddDays(1), new TimeOnly(9, 0));
        return world;
    }

    public async Task StartWorkerAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(Configuration(settings));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(Client);
        builder.Services.AddOrderWorker(builder.Configuration);
        var store = builder.Services.Single(service => service.ServiceType == typeof(ISettlementStore)).ImplementationType!;
        builder.Services.AddSingleton<ISettlementStore>(provider =>
            new DisturbedStore((ISettlementStore)ActivatorUtilities.CreateInstance(provider, store), Disturbance));
        worker = builder.Build();
        await worker.StartAsync();
    }

    public async Task StopWorkerAsync()
    {
        await worker!.StopAsync();
        await ((IAsyncDisposable)worker).DisposeAsync();
        worker = null;
    }

    /// <summary>Lets a moment of Seoul come, with all that happens until then.</summary>
    public Task SkipToAsync(DateOnly day, TimeOnly time) => SkipAsync(BusinessDay.EndOf(day.AddDays(-1)) + time.ToTimeSpan() - Now);

    public Task SkipAsync(TimeSpan span) => temporal.SkipAsync(span);

    /// <summary>Writes a completed order with one line, as its workflow does.</summary>
    public async Task<SettlementEntry> SellAsync(string sellerId, long won, DateTimeOffset? at = null)
    {
        var orderId = $"o-s{Interlocked.Increment(ref orders)}";
        var entry = new SettlementEntry(
            $"{orderId}/sale/p-100", orderId, SettlementEntryKind.Sale, "p-100", sellerId, "fashion", 1, new(won), default, default, 0.1m,
            new Won(won).AtRate(0.1m), at ?? Now);
        await WriteAsync(entry);
        return entry;
    }

    /// <summary>Writes the refund of a whole line.</summary>
    public Task RefundAsync(SettlementEntry sale) => WriteAsync(sale with
    {
        EntryId = $"{sale.OrderId}/refund/r-1/p-100",
        Kind = SettlementEntryKind.Refund,
        Quantity = -1,
        Sales = -sale.Sales,
        Commission = -sale.Commission,
        At = Now,
    });

    public async Task<Statement> StatementAsync(string sellerId, DateOnly day) => (await Reader.FindStatementAsync(sellerId, day, default))!;

    public Task SettledAsync(DateOnly day) => UntilAsync(async () => await Reader.FindDayAsync(day, default) is { SettledAt: not null });

    public async Task<IReadOnlyList<Payout>> PayoutsAsync(PayoutStatus? status = null) =>
        (await Reader.PayoutsAsync(new PayoutFilter(status), default)).Items;

    public async Task<IReadOnlyList<OrderEvent>> EventsAsync(string subject) =>
        [.. (await reader.GetRequiredService<IOrderQueries>().EventsOfAsync(subject, 0, default)).Select(stored => stored.Event)];

    /// <summary>The finance team decides what it was asked for.</summary>
    public async Task LetFinanceActAsync(string payoutId)
    {
        await UntilAsync(() => Task.FromResult(Teams.Steps.Pending(payoutId).Count > 0));
        Teams.Steps.RunNext(payoutId);
    }

    /// <summary>Waits for something that is about to become true.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isMet)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isMet())
        {
            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Disturbance.End();
        if (worker is not null)
        {
            await StopWorkerAsync();
        }

        await Teams.DisposeAsync();
        await receiver.DisposeAsync();
        await reader.DisposeAsync();
        await temporal.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private Task WriteAsync(SettlementEntry entry)
    {
        var view = new OrderView
        {
            OrderId = entry.OrderId,
            Status = OrderStatus.Completed,
            Amounts = new OrderAmounts(entry.Sales, default, default, default, default, entry.Sales),
            Lines = [],
            CreatedAt = entry.At,
            UpdatedAt = entry.At,
        };
        return reader.GetRequiredService<IOrderStore>().WriteAsync(new OrderRecord(view, 1, [], [], [entry]), default);
    }

    private IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>>? settings = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(Enum.GetValues<Team>().Select(team => KeyValuePair.Create($"Partners:{team}:BaseUrl", (string?)Teams.BaseUrl(team))))
        .AddInMemoryCollection([new("Data:Directory", directory.FullName)])
        .AddInMemoryCollection(settings ?? [])
        .Build();
}
