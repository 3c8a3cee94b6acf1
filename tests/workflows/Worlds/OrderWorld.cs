using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Webhooks;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Claiming;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>
/// Everything around an order, for real: a Temporal server with its own time, a worker with the real activities, the seven other teams over
/// HTTP with their events coming back. Nothing happens at the other teams by itself: a test lets them act.
/// </summary>
internal sealed class OrderWorld : IAsyncDisposable
{
    private readonly EmbeddedTemporalServer temporal;
    private TemporalWorker worker;
    private CancellationTokenSource stop;
    private readonly ServiceProvider services;
    private readonly WebhookReceiver receiver;
    private readonly WorldClock clock;
    private readonly ConcurrentQueue<PlacedOrder> placed = new();
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
    private static readonly WebhookPatience Hasty = new() { FirstPause = TimeSpan.FromMilliseconds(10) };

    /// <summary>Many orders live in one world and each may skip its whole time: were it months, the teams' coupons would be long out of date.</summary>
    public static OrderPolicies Usual { get; } = new() { LatePaymentWatch = TimeSpan.FromDays(1) };

    private OrderWorld(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver, ServiceProvider services, WorldClock clock)
    {
        this.temporal = temporal;
        this.receiver = receiver;
        this.services = services;
        this.clock = clock;
        Client = client;
        Teams = teams;
        StartWorker();
    }

    public PartnersServer Teams { get; }

    public MemoryStore Store => services.GetRequiredService<MemoryStore>();

    public CallWatch Calls => services.GetRequiredService<CallWatch>();

    public ITemporalClient Client { get; }

    /// <summary>Every order that was started here, oldest first.</summary>
    public IReadOnlyCollection<PlacedOrder> Orders => placed;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <param name="callTimeout">How long a call to a team may take; absent: as long as in production.</param>
    public static async Task<OrderWorld> StartAsync(TimeSpan? callTimeout = null)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { SearchAttributes = SearchAttributes });
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        var clock = new WorldClock(temporal);
        var receiver = await WebhookReceiver.StartAsync(client);
        var teams = await PartnersServer.StartAsync(new PartnersOptions { Pace = Pace.Manual, TimeProvider = clock, OrderApiBaseUrl = receiver.Address, WebhookPatience = Hasty });
        return new OrderWorld(temporal, client, teams, receiver, Services(teams, clock, callTimeout ?? new PartnerTeamSettings().CallTimeout), clock);
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
    public async Task<PlacedOrder> StartAsync(OrderRequest request, OrderPolicies? policies = null, bool withFacts = true) =>
        await StartAsync(request, withFacts ? await QuoteAsync(request) : null, policies);

    /// <summary>What the teams say now about a request.</summary>
    public Task<OrderFacts> QuoteAsync(OrderRequest request) => services.GetRequiredService<OrderFactsReader>().ReadAsync(request, stop.Token);

    /// <summary>Starts the order with what the teams said earlier.</summary>
    public async Task<PlacedOrder> StartAsync(OrderRequest request, OrderFacts? facts, OrderPolicies? policies = null)
    {
        var input = new OrderInput(request, policies ?? Usual, facts, clock.GetUtcNow());
        var operation = WithStartWorkflowOperation.Create(
            (OrderWorkflow order) => order.RunAsync(input),
            new WorkflowOptions(OrderTemporal.WorkflowId(request.OrderId), OrderTemporal.TaskQueue)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                TypedSearchAttributes = OrderSearchAttributes.AtStart(input),
                StaticSummary = "order " + request.OrderId,
            });
        var placing = await Client.StartUpdateWithStartWorkflowAsync(
            (OrderWorkflow order) => order.PlaceAsync(),
            new WorkflowStartUpdateWithStartOptions("place", operation, WorkflowUpdateStage.Accepted));
        var order = new PlacedOrder(this, request.OrderId, (WorkflowHandle<OrderWorkflow, OrderView>)await operation.GetHandleAsync(), placing);
        placed.Enqueue(order);
        return order;
    }

    /// <summary>Does something while no worker is there, so that the next one finds all of it at once.</summary>
    public async Task WithoutWorkerAsync(Func<Task> something)
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

    /// <summary>Lets time pass, for the orders and for the teams.</summary>
    public Task SkipAsync(TimeSpan time) => temporal.SkipAsync(time);

    /// <summary>From here on no order waits for the next try of a step: only that time is skipped, and no other.</summary>
    public RetrySkipper SkipRetries() => new(this);

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
    }

    [MemberNotNull(nameof(stop), nameof(worker), nameof(running))]
    private void StartWorker()
    {
        stop = new CancellationTokenSource();
        worker = new TemporalWorker(Client, WorkerOptions(services));
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
            // That is how a worker is stopped.
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
            .AddSingleton<IStoredOrders>(provider => provider.GetRequiredService<MemoryStore>())
            .AddOrderActivities(new ConfigurationBuilder().AddInMemoryCollection(addresses).Build())
            .BuildServiceProvider();
    }

    private static TemporalWorkerOptions WorkerOptions(ServiceProvider services)
    {
        var options = new TemporalWorkerOptions(OrderTemporal.TaskQueue).AddWorkflow<OrderWorkflow>().AddWorkflow<GuestClaimWorkflow>();
        foreach (var type in OrderActivitiesRegistration.ActivityTypes)
        {
            options.AddAllActivities(type, services.GetRequiredService(type));
        }

        return options;
    }
}
