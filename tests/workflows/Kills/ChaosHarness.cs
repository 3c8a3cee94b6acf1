using System.Collections.Concurrent;
using System.Diagnostics;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>
/// The environment of many orders at once, with teams that act by themselves and orders on disk. Workers start and stop, as processes or within this
/// one, and each can go on with what another began.
/// </summary>
internal sealed class ChaosHarness : IAsyncDisposable
{
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(5);

    private readonly EmbeddedTemporalServer temporal;
    private readonly WebhookReceiver receiver;
    private readonly ServiceProvider services;
    private readonly DirectoryInfo directory;
    private readonly IConfiguration configuration;
    private readonly ConcurrentDictionary<string, WorkflowHandle<OrderWorkflow, OrderView>> orders = new();

    private ChaosHarness(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver, DirectoryInfo directory)
    {
        this.temporal = temporal;
        this.receiver = receiver;
        this.directory = directory;
        Teams = teams;
        configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build();
        services = new ServiceCollection().AddSingleton(temporal.TimeProvider).AddLogging().AddOrderStore(configuration).AddOrderActivities(configuration).BuildServiceProvider();

        // The worker processes encrypt personal data with the keys of the same folder, so this process uses them too.
        Client = new TemporalClient(client.Connection, new() { DataConverter = services.GetRequiredService<PersonalDataConverter>().Converter });
        receiver.HandOnTo(Runs, events: services.GetRequiredService<IReceivedEvents>());
    }

    /// <summary>Reaches an order wherever it is, as the API does.</summary>
    public OrderRuns Runs => new(
        Client,
        services.GetRequiredService<IOrderStore>(),
        services.GetRequiredService<IOrderTimeline>(),
        services.GetRequiredService<IReceivedEvents>());

    public ITemporalClient Client { get; }

    public PartnersServer Teams { get; }

    /// <summary>How many calls the teams have received, by which a random moment is chosen.</summary>
    public long Calls => Teams.Books.Calls.Sum(call => call.Received);

    public static async Task<ChaosHarness> StartAsync(int seed)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { SearchAttributes = OrderHarness.SearchAttributes });
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost));
        var receiver = await WebhookReceiver.StartAsync();
        var teams = await PartnersServer.StartAsync(new PartnersOptions
        {
            StepDelay = new StepDelay(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(150)),
            TimeProvider = temporal.TimeProvider,
            OrderApiBaseUrl = receiver.Address,
            RandomSeed = seed,
        });
        return new ChaosHarness(temporal, client, teams, receiver, Directory.CreateTempSubdirectory("orders-chaos-"));
    }

    public ChildProcess StartProcess() => WorkerProcess.Start(Settings());

    /// <summary>Runs the same worker in this process until it is stopped in the middle of its work.</summary>
    public async Task RunWorkerAsync(CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration).AddInMemoryCollection([new("Worker:ShutdownTimeout", "00:00:01")]);
        builder.Services.AddSingleton(temporal.TimeProvider).AddSingleton(Client).AddOrderWorker(builder.Configuration);
        using var host = builder.Build();
        try
        {
            await host.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping it ends it with this exception.
        }
    }

    /// <summary>Starts an order that asks for its facts itself; answers once the server has it.</summary>
    public async Task<WorkflowHandle<OrderWorkflow, OrderView>> StartOrderAsync(OrderRequest request, OrderPolicies policies)
    {
        var placed = Order.New(request, policies, null, temporal.CurrentTime);
        await services.GetRequiredService<IOrderStore>().AddAsync(placed, CancellationToken.None);
        var input = new OrderInput(placed, null, null);
        var handle = await Client.StartWorkflowAsync((OrderWorkflow order) => order.RunAsync(input), OrderRuns.StartOptions(placed));
        orders[request.OrderId] = handle;
        return handle;
    }

    public Task<OrderView?> FindAsync(string orderId) => services.GetRequiredService<IOrderQueries>().FindAsync(orderId, CancellationToken.None);

    /// <summary>Waits until the teams have received so many calls more, or none for a while: then nobody waits for a worker.</summary>
    public async Task UntilCallsAsync(long more, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var (until, quiet) = (Calls + more, Stopwatch.StartNew());
        for (var (seen, calls) = (0L, Calls); calls < until && quiet.Elapsed < LongestQuiet; (seen, calls) = (calls, Calls))
        {
            if (calls > seen)
            {
                quiet.Restart();
            }

            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Lets time pass until every order has ended.</summary>
    public async Task<IReadOnlyList<OrderView>> EndAsync(CancellationToken cancellationToken)
    {
        temporal.UnlockTimeSkipping();
        try
        {
            return await Task.WhenAll(orders.Values.Select(order => order.GetResultAsync())).WaitAsync(cancellationToken);
        }
        finally
        {
            temporal.LockTimeSkipping();
        }
    }

    public async Task InvariantsHoldAsync()
    {
        await Teams.WhenSettledAsync();
        var books = Teams.Books;
        var queries = services.GetRequiredService<IOrderQueries>();
        var observed = new List<ObservedOrder>();
        foreach (var orderId in orders.Keys)
        {
            var timeline = await queries.EventsOfAsync(orderId, 0, CancellationToken.None);
            observed.Add(new ObservedOrder(
                orderId,
                await queries.FindAsync(orderId, CancellationToken.None),
                [.. timeline.Select(entry => entry.Event)],
                books.Order(orderId),
                [.. books.Notifications.Where(sent => sent.OrderId == orderId)],
                IsOver: true));
        }

        OrderInvariants.Hold(observed, books.Imbalances);
    }

    public async ValueTask DisposeAsync()
    {
        await Teams.DisposeAsync();
        await receiver.DisposeAsync();
        await services.DisposeAsync();
        await temporal.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private Dictionary<string, string?> Settings() => new(Teams.ConnectionSettings)
    {
        ["TEMPORAL_ADDRESS"] = temporal.TargetHost,
        ["Data:Directory"] = directory.FullName,
    };
}
