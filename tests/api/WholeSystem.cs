using System.Text.Json;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Outbox;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Subscribers;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;

namespace OrderOrchestration.Tests.Api;

/// <summary>
/// Everything that serves an order, over real HTTP and gRPC in this process: the API, a worker, the embedded Temporal server and the seven other
/// teams, whose webhooks come back to the API.
/// </summary>
public sealed class WholeSystem : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>As <c>temporal-dev.yaml</c> asks for them.</summary>
    internal static readonly Dictionary<string, IndexedValueType> SearchAttributes = new()
    {
        ["OrderStatus"] = IndexedValueType.Keyword,
        ["OrderMemberId"] = IndexedValueType.Keyword,
        ["OrderStep"] = IndexedValueType.Keyword,
        ["OrderNeedsAttention"] = IndexedValueType.Bool,
        ["OrderPayable"] = IndexedValueType.Int,
        ["OrderSellers"] = IndexedValueType.KeywordList,
    };

    private readonly EmbeddedTemporalServer temporal;
    private readonly ITemporalClient client;

    private WholeSystem(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer partners, ApiHost api)
    {
        this.temporal = temporal;
        this.client = client;
        Partners = partners;
        Api = api;
    }

    public PartnersServer Partners { get; }

    public ApiHost Api { get; }

    public static async Task<WholeSystem> StartAsync(
        StepDelay? pace = null, DatabaseKind database = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var orders = database == DatabaseKind.PostgreSql ? PrivatePostgreSql.NewDatabase() : null;
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions
        {
            SearchAttributes = SearchAttributes,
        });
        var partners = await PartnersServer.StartAsync(new PartnersOptions { StepDelay = pace ?? StepDelay.Instant });
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        KeyValuePair<string, string?>[] all = [.. partners.ConnectionSettings, new("ConnectionStrings:Orders", orders), new(OrderStoreServices.UpgradesItself, "true"), .. settings ?? new Dictionary<string, string?>()];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var api = await ApiHost.StartAsync(services => AddWorker(services, client, configuration), settings: all);
        partners.SetOrderApi(api.Address.ToString().TrimEnd('/'));
        return new WholeSystem(temporal, client, partners, api);
    }

    /// <summary>Follows an order's stream until an event of this type, and answers all events up to it.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilAsync(HttpClient client, string orderId, string type, CancellationToken cancellationToken)
    {
        var events = new List<JsonElement>();
        await foreach (var (_, data) in EventStream.ReadAsync(client, $"/v1/orders/{orderId}/events", null, cancellationToken))
        {
            Catalogued.Check(data);
            events.Add(data);
            if (data.Text("type") == type)
            {
                return events;
            }
        }

        throw new InvalidOperationException($"The stream ended before {type}.");
    }

    /// <summary>Waits until the notification team was asked to send this template for an order.</summary>
    public async Task UntilNotifiedAsync(string orderId, string template, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!Partners.BooksOf(orderId).Notifications.Any(sent => sent.OrderId == orderId && sent.Template == template))
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The invariants of domain §5 hold for every order that was placed here, once nothing is under way any more.</summary>
    public async Task InvariantsHoldAsync()
    {
        var observed = new List<ObservedOrder>();
        foreach (var orderId in (await OrderIdsAsync()).Union(Partners.Books.Orders.Select(account => account.OrderId)))
        {
            observed.Add(await CollectEvidenceAsync(orderId));
        }

        Assert.That(observed, Is.Not.Empty);
        OrderInvariants.Hold(observed, Partners.Books.Imbalances);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Partners.DisposeAsync();
        await temporal.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> OrderIdsAsync()
    {
        var orderIds = new List<string>();
        await foreach (var order in client.ListWorkflowsAsync($"WorkflowType = '{OrderTemporal.WorkflowType}'"))
        {
            orderIds.Add(order.Id[OrderTemporal.WorkflowId(string.Empty).Length..]);
        }

        return orderIds;
    }

    private async Task<ObservedOrder> CollectEvidenceAsync(string orderId)
    {
        var isOver = await WhenAtRestAsync(orderId);
        var orders = Api.Service<IOrderQueries>();
        var timeline = await orders.EventsOfAsync(orderId, 0, CancellationToken.None);
        var books = Partners.BooksOf(orderId);
        return new ObservedOrder(
            orderId, await orders.FindAsync(orderId, CancellationToken.None), [.. timeline.Select(entry => entry.Event)], books.Order(orderId), books.Notifications, isOver);
    }

    private async Task<bool> WhenAtRestAsync(string orderId)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            await Partners.WhenSettledAsync(timeout.Token);
            var description = await client.WorkflowService.DescribeWorkflowExecutionAsync(
                new DescribeWorkflowExecutionRequest { Namespace = client.Options.Namespace, Execution = new() { WorkflowId = OrderTemporal.WorkflowId(orderId) } },
                new RpcOptions { CancellationToken = timeout.Token });
            if (description is { PendingActivities.Count: 0, PendingWorkflowTask: null })
            {
                return description.WorkflowExecutionInfo.Status != WorkflowExecutionStatus.Running;
            }

            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private static void AddWorker(IServiceCollection services, TemporalClient client, IConfiguration configuration)
    {
        services.AddSingleton<ITemporalClient>(client);
        var worker = services.AddHostedTemporalWorker(OrderTemporal.TaskQueue)
            .AddWorkflow<OrderWorkflow>()
            .AddWorkflow<SettlementWorkflow>()
            .AddWorkflow<PayoutRunWorkflow>()
            .AddWorkflow<PayoutWorkflow>()
            .AddWorkflow<ReconciliationWorkflow>();
        foreach (var activities in OrderActivitiesRegistration.ActivityTypes.Concat(SettlementRegistration.ActivityTypes).Concat(ReconciliationRegistration.ActivityTypes))
        {
            worker.AddScopedActivities(activities);
        }

        services.AddSettlementActivities(configuration);
        services.AddReconciliationActivities();
        services.AddNotificationRelay(configuration);
        services.AddEventRelay(configuration);
    }
}
