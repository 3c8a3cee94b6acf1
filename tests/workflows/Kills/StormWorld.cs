using System.Collections.Concurrent;
using System.Diagnostics;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Tests.Truths;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>
/// Everything around many orders at once, with the teams acting by themselves and the orders on disk: workers come and go, as processes or in this
/// one, and none of them is needed for what another has begun.
/// </summary>
internal sealed class StormWorld : IAsyncDisposable
{
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(5);

    private readonly EmbeddedTemporalServer temporal;
    private readonly WebhookReceiver receiver;
    private readonly ServiceProvider services;
    private readonly DirectoryInfo directory;
    private readonly IConfiguration configuration;
    private readonly ConcurrentDictionary<string, WorkflowHandle<OrderWorkflow, OrderView>> orders = new();

    private StormWorld(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver, DirectoryInfo directory)
    {
        this.temporal = temporal;
        this.receiver = receiver;
        this.directory = directory;
        Client = client;
        Teams = teams;
        configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build();
        services = new ServiceCollection().AddLogging().AddOrderStore(configuration).AddOrderActivities(configuration).BuildServiceProvider();
    }

    public ITemporalClient Client { get; }

    public PartnersServer Teams { get; }

    /// <summary>How many calls the teams have received: what a random moment is measured by.</summary>
    public long Calls => Teams.Books.Calls.Sum(call => call.Received);

    public static async Task<StormWorld> StartAsync(int seed)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { SearchAttributes = OrderWorld.SearchAttributes });
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        var receiver = await WebhookReceiver.StartAsync(client);
        var teams = await PartnersServer.StartAsync(new PartnersOptions
        {
            Pace = new Pace(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(150)),
            TimeProvider = new WorldClock(temporal),
            OrderApiBaseUrl = receiver.Address,
            RandomSeed = seed,
        });
        return new StormWorld(temporal, client, teams, receiver, Directory.CreateTempSubdirectory("orders-storm-"));
    }

    public WorkerProcess StartProcess() => WorkerProcess.Start(Settings());

    /// <summary>Runs a worker in this process until it is stopped, in the middle of whatever it does.</summary>
    public async Task RunWorkerAsync(CancellationToken stop)
    {
        var options = new TemporalWorkerOptions(OrderTemporal.TaskQueue).AddWorkflow<OrderWorkflow>();
        foreach (var type in OrderActivitiesRegistration.ActivityTypes)
        {
            options.AddAllActivities(type, services.GetRequiredService(type));
        }

        using var worker = new TemporalWorker(Client, options);
        try
        {
            await worker.ExecuteAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it is stopped.
        }
    }

    /// <summary>Starts an order that asks for its facts itself; answers once the server has it.</summary>
    public async Task<WorkflowHandle<OrderWorkflow, OrderView>> StartOrderAsync(OrderRequest request, OrderPolicies policies)
    {
        var input = new OrderInput(request, policies, null, temporal.CurrentTime);
        var handle = await Client.StartWorkflowAsync(
            (OrderWorkflow order) => order.RunAsync(input),
            new WorkflowOptions(OrderTemporal.WorkflowId(request.OrderId), OrderTemporal.TaskQueue) { TypedSearchAttributes = OrderSearchAttributes.AtStart(input) });
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

    public async Task TheTruthsHoldAsync()
    {
        await Teams.WhenSettledAsync();
        var books = Teams.Books;
        var queries = services.GetRequiredService<IOrderQueries>();
        var evidence = new List<Evidence>();
        foreach (var orderId in orders.Keys)
        {
            var timeline = await queries.EventsOfAsync(orderId, 0, CancellationToken.None);
            evidence.Add(new Evidence(
                orderId,
                await queries.FindAsync(orderId, CancellationToken.None),
                [.. timeline.Select(told => told.Event)],
                books.Order(orderId),
                [.. books.Notifications.Where(sent => sent.OrderId == orderId)],
                IsOver: true));
        }

        OrderTruths.Hold(evidence, books.Imbalances);
    }

    public async ValueTask DisposeAsync()
    {
        await Teams.DisposeAsync();
        await receiver.DisposeAsync();
        await services.DisposeAsync();
        await temporal.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?> { ["TEMPORAL_ADDRESS"] = temporal.TargetHost, ["Data:Directory"] = directory.FullName };
        foreach (var team in TeamNames.All)
        {
            settings[$"Partners:{team}:BaseUrl"] = Teams.BaseUrl(team);
        }

        return settings;
    }
}
