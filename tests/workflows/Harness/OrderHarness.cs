using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EmbeddedTemporal;
using EmbeddedTemporal.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>
/// The real environment of an order: a Temporal server with its own time, a worker with the real activities, the seven other teams over
/// HTTP with their events coming back. The other teams do nothing by themselves: a test lets them act.
/// </summary>
internal sealed class OrderHarness : IAsyncDisposable
{
    private readonly EmbeddedTemporalServer temporal;
    private TemporalWorker worker;
    private CancellationTokenSource stop;
    private readonly ServiceProvider services;
    private readonly WebhookReceiver receiver;
    private readonly TimeProvider clock;
    private readonly ConcurrentQueue<PlacedOrder> placed = new();
    private readonly SemaphoreSlim oneAtATime = new(1);
    private Task running;
    private static int orders;

    internal static readonly Dictionary<string, IndexedValueType> SearchAttributes = new()
    {
        [OrderSearchAttributes.Status.Name] = IndexedValueType.Keyword,
        [OrderSearchAttributes.MemberId.Name] = IndexedValueType.Keyword,
        [OrderSearchAttributes.Step.Name] = IndexedValueType.Keyword,
        [OrderSearchAttributes.NeedsAttention.Name] = IndexedValueType.Bool,
        [OrderSearchAttributes.Payable.Name] = IndexedValueType.Int,
        [OrderSearchAttributes.Sellers.Name] = IndexedValueType.KeywordList,
    };

    /// <summary>Events that got lost are tried again at once.</summary>
    private static readonly WebhookRetryPolicy Hasty = new() { FirstPause = TimeSpan.FromMilliseconds(10) };

    public static OrderPolicies Usual { get; } = new();

    /// <summary>The whole suite once more without a cache: <c>ORDER_TESTS_CACHED_WORKFLOWS=0</c>.</summary>
    private static int CachedWorkflows { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("ORDER_TESTS_CACHED_WORKFLOWS"), out var cached) ? cached : 10_000;

    private readonly int maxCachedWorkflows;

    private OrderHarness(
        EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver, ServiceProvider services, TimeProvider clock, int maxCachedWorkflows)
    {
        this.temporal = temporal;
        this.maxCachedWorkflows = maxCachedWorkflows;
        this.receiver = receiver;
        this.services = services;
        this.clock = clock;
        Client = client;
        Teams = teams;
        receiver.HandOnTo(Runs, events: Store);
        StartWorker();
    }

    public OrderRuns Runs => new(Client, Store, Store, Store);

    public PartnersServer Teams { get; }

    public MemoryStore Store => services.GetRequiredService<MemoryStore>();

    public CallWatch Calls => services.GetRequiredService<CallWatch>();

    public ITemporalClient Client { get; }

    /// <summary>Every order that was started here, oldest first.</summary>
    public IReadOnlyCollection<PlacedOrder> Orders => placed;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>How long the server waits for a worker that took a workflow task and ended; absent: as in production.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <param name="callTimeout">How long a call to a team may take; absent: as long as in production.</param>
    /// <param name="limits">From when on the server suggests to continue as new; absent: as the real server.</param>
    /// <param name="maxCachedWorkflows">How many runs the worker keeps in memory; 0: each workflow task replays its run from the beginning.</param>
    /// <param name="taskTimeout">How long the server waits for a worker that took a workflow task and ended; absent: as in production.</param>
    public static async Task<OrderHarness> StartAsync(
        TimeSpan? callTimeout = null, ServerLimits? limits = null, int? maxCachedWorkflows = null, TimeSpan? taskTimeout = null)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { SearchAttributes = SearchAttributes, Limits = limits ?? new() });
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        var clock = temporal.TimeProvider;
        var receiver = await WebhookReceiver.StartAsync();
        var teams = await PartnersServer.StartAsync(new PartnersOptions { StepDelay = StepDelay.Manual, TimeProvider = clock, OrderApiBaseUrl = receiver.Address, WebhookRetryPolicy = Hasty });
        return new OrderHarness(temporal, client, teams, receiver, Services(teams, clock, callTimeout ?? new PartnerTeamSettings().CallTimeout), clock, maxCachedWorkflows ?? CachedWorkflows)
        {
            TaskTimeout = taskTimeout,
        };
    }

    public static string NewOrderId() => $"o-{Interlocked.Increment(ref orders)}";

    /// <summary>Asks the teams for the facts and places the order, as the API does.</summary>
    public async Task<PlacedOrder> PlaceAsync(OrderRequest request, OrderPolicies? policies = null, bool withFacts = true)
    {
        var order = await StartAsync(request, policies, withFacts);
        await order.WhenPlacedAsync();
        return order;
    }

    /// <summary>Starts the order without waiting for it to be placed.</summary>
    /// <param name="isStored">The order has a row before it is started, as one that the API answered 202 for.</param>
    public async Task<PlacedOrder> StartAsync(OrderRequest request, OrderPolicies? policies = null, bool withFacts = true, bool isStored = false) =>
        await StartAsync(request, withFacts ? await QuoteAsync(request) : null, policies, isStored);

    /// <summary>What the teams say now about a request.</summary>
    public Task<OrderFacts> QuoteAsync(OrderRequest request) => services.GetRequiredService<OrderFactsReader>().ReadAsync(request, default);

    /// <summary>Starts the order with what the teams said earlier.</summary>
    public async Task<PlacedOrder> StartAsync(OrderRequest request, OrderFacts? facts, OrderPolicies? policies = null, bool isStored = false)
    {
        var placed = Order.New(request, policies ?? Usual, facts, clock.GetUtcNow());
        if (isStored)
        {
            await Store.AddAsync(placed, default);
        }

        var input = new OrderInput(placed, null, null);
        var operation = WithStartWorkflowOperation.Create(
            (OrderWorkflow order) => order.RunAsync(input),
            new WorkflowOptions(OrderTemporal.WorkflowId(request.OrderId), OrderTemporal.TaskQueue)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                TypedSearchAttributes = StartAttributes.Of(placed),
                StaticSummary = "order " + request.OrderId,
                TaskTimeout = TaskTimeout,
            });
        var placing = await Client.StartUpdateWithStartWorkflowAsync(
            (OrderWorkflow order) => order.PlaceAsync(),
            new WorkflowStartUpdateWithStartOptions("place", operation, WorkflowUpdateStage.Accepted));
        var order = new PlacedOrder(
            this, request.OrderId, Client.GetWorkflowHandle<OrderWorkflow, OrderView>(OrderTemporal.WorkflowId(request.OrderId)), placing);
        this.placed.Enqueue(order);
        return order;
    }

    /// <summary>Does something while no worker is there, so that the next one finds all of it at once.</summary>
    public async Task WithoutWorkerAsync(Func<Task> something)
    {
        await oneAtATime.WaitAsync();
        try
        {
            await StopWorkerAsync();
            try
            {
                await something();
            }
            finally
            {
                StartWorker();
            }
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>Lets time pass, for the orders and for the teams.</summary>
    public Task SkipAsync(TimeSpan time) => temporal.SkipAsync(time);

    /// <summary>From here on the time until the next retry of a step is skipped, and no other time.</summary>
    /// <param name="orders">Of how many of the latest orders.</param>
    public RetrySkipper SkipRetries(int orders = 1) => new(this, orders);

    /// <summary>Waits for something that lies ahead, skipping the time until then.</summary>
    public async Task<T> SkippingAsync<T>(Func<Task<T>> something)
    {
        temporal.UnlockTimeSkipping();
        try
        {
            return await something();
        }
        finally
        {
            temporal.LockTimeSkipping();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkerAsync();
        await Teams.DisposeAsync();
        await receiver.DisposeAsync();
        await services.DisposeAsync();
        await temporal.DisposeAsync();
        oneAtATime.Dispose();
    }

    [MemberNotNull(nameof(stop), nameof(worker), nameof(running))]
    private void StartWorker()
    {
        stop = new CancellationTokenSource();
        worker = new TemporalWorker(Client, WorkerOptions(services, maxCachedWorkflows));
        running = worker.ExecuteAsync(stop.Token);
    }

    private async Task StopWorkerAsync()
    {
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // A stopped worker ends with this exception.
        }

        worker.Dispose();
        stop.Dispose();
    }

    private static ServiceProvider Services(PartnersServer teams, TimeProvider clock, TimeSpan callTimeout)
    {
        var addresses = new[] { Team.Product, Team.Payment, Team.Logistics, Team.Member, Team.Promotion }
            .SelectMany(team => new (string Name, string Value)[]
            {
                ($"Partners:{team}:BaseUrl", teams.BaseUrl(team)),
                ($"Partners:{team}:CallTimeout", $"{callTimeout}"),
            })
            .ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        return new ServiceCollection()
            .AddSingleton(clock)
            .AddSingleton<CallWatch>()
            .ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(provider => provider.GetRequiredService<CallWatch>().NewHandler()))
            .AddSingleton<MemoryStore>()
            .AddSingleton<IOrderStore>(provider => provider.GetRequiredService<MemoryStore>())
            .AddSingleton<IOrderTimeline>(provider => provider.GetRequiredService<MemoryStore>())
            .AddSingleton<IReceivedEvents>(provider => provider.GetRequiredService<MemoryStore>())
            .AddSingleton<IShipmentTracking>(provider => provider.GetRequiredService<MemoryStore>())
            .AddOrderActivities(new ConfigurationBuilder().AddInMemoryCollection(addresses).Build())
            .BuildServiceProvider();
    }

    private static TemporalWorkerOptions WorkerOptions(ServiceProvider services, int maxCachedWorkflows)
    {
        var options = new TemporalWorkerOptions(OrderTemporal.TaskQueue) { MaxCachedWorkflows = maxCachedWorkflows }.AddWorkflow<OrderWorkflow>();
        foreach (var type in OrderActivitiesRegistration.ActivityTypes)
        {
            options.AddAllActivities(type, services.GetRequiredService(type));
        }

        return options;
    }
}
