using System.Net.Http.Json;
using System.Text.Json;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>
/// The real environment of settlement: a Temporal server with its own time, the worker's own host with its schedules, a SQLite store, and the
/// other teams over HTTP. The worker can be stopped and started; a test decides when the finance team acts.
/// </summary>
internal sealed class SettlementHarness : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly EmbeddedTemporalServer temporal;
    private readonly WebhookReceiver receiver;
    private readonly DirectoryInfo directory;
    private readonly ServiceProvider reader;
    private IHost? worker;
    private static int orders;

    private SettlementHarness(EmbeddedTemporalServer temporal, ITemporalClient client, PartnersServer teams, WebhookReceiver receiver)
    {
        this.temporal = temporal;
        this.receiver = receiver;
        Client = client;
        Teams = teams;
        directory = Directory.CreateTempSubdirectory("settlement-harness-");
        reader = new ServiceCollection().AddSingleton(Clock).AddOrderStore(Configuration()).BuildServiceProvider();
    }

    public ITemporalClient Client { get; }

    public PartnersServer Teams { get; }

    /// <summary>The faults of the store that a test sets.</summary>
    public Disturbance Disturbance { get; } = new();

    public ISettlementQueries Reader => reader.GetRequiredService<ISettlementQueries>();

    public IReconciliationQueries Reconciliations => reader.GetRequiredService<IReconciliationQueries>();

    public DateTimeOffset Now => temporal.CurrentTime;

    /// <summary>The day of business that it is.</summary>
    public DateOnly Today => BusinessDay.Of(Now);

    private TimeProvider Clock => temporal.TimeProvider;

    /// <param name="settings">Configuration of the worker, such as a policy.</param>
    /// <param name="paymentPageSize">Payments of a page of the payment team's list.</param>
    public static async Task<SettlementHarness> StartAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null, int paymentPageSize = 100)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions());
        var client = await TemporalClient.ConnectAsync(new(temporal.TargetHost) { DataConverter = OrderJson.DataConverter });
        var receiver = await WebhookReceiver.StartAsync();
        var teams = await PartnersServer.StartAsync(
            new PartnersOptions { StepDelay = StepDelay.Manual, TimeProvider = temporal.TimeProvider, OrderApiBaseUrl = receiver.Address, PaymentPageSize = paymentPageSize });
        var harness = new SettlementHarness(temporal, client, teams, receiver);
        receiver.HandOnTo(
            new OrderRuns(client, harness.reader.GetRequiredService<IOrderStore>(), harness.reader.GetRequiredService<IOrderTimeline>(), harness.reader.GetRequiredService<IReceivedEvents>()),
            new PayoutRuns(client, harness.Reader));
        await harness.StartWorkerAsync(settings);

        // Tests start early on a day, so that none of them crosses midnight by chance.
        await harness.SkipToAsync(harness.Today.AddDays(1), new TimeOnly(9, 0));
        return harness;
    }

    public async Task StartWorkerAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(Configuration(settings));
        builder.Services.AddSingleton(Clock);
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

    /// <summary>Skips time to a moment in Seoul, with all that happens until then.</summary>
    public Task SkipToAsync(DateOnly day, TimeOnly time) => SkipAsync(BusinessDay.EndOf(day.AddDays(-1)) + time.ToTimeSpan() - Now);

    public Task SkipAsync(TimeSpan span) => temporal.SkipAsync(span);

    /// <summary>Writes a completed order with one line, as its workflow does.</summary>
    public async Task<SettlementEntry> SellAsync(string sellerId, long won, DateTimeOffset? at = null, decimal rate = 0.1m)
    {
        var orderId = $"o-s{Interlocked.Increment(ref orders)}";
        var entry = new SettlementEntry(
            $"{orderId}/sale/p-100", orderId, SettlementEntryKind.Sale, "p-100", sellerId, "fashion", 1, new(won), default, default, rate,
            new Won(won).AtRate(rate), at ?? Now);
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

    /// <summary>A completed order with a payment at the payment team: 20,000 and 3,000 for its shipping.</summary>
    /// <returns>The order's id and its payment's.</returns>
    public async Task<(string OrderId, string PaymentId)> SellByCardAsync()
    {
        var orderId = $"o-c{Interlocked.Increment(ref orders)}";
        using var team = new HttpClient { BaseAddress = new Uri(Teams.BaseUrl(Team.Payment) + "/") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "payments")
        {
            Content = JsonContent.Create(new PaymentRequest(orderId, 1, 23_000, "card-no-webhook"), options: OrderJson.Options),
            Headers = { { "Idempotency-Key", orderId } },
        };
        using var response = await team.SendAsync(request);
        var paymentId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("paymentId").GetString()!;
        Teams.Steps.RunNext(orderId);
        await WritePaidAsync(orderId, paymentId);
        return (orderId, paymentId);
    }

    /// <summary>The same by our ledger alone.</summary>
    public async Task<string> SellByCardAsync(string paymentId)
    {
        var orderId = $"o-c{Interlocked.Increment(ref orders)}";
        await WritePaidAsync(orderId, paymentId);
        return orderId;
    }

    /// <summary>The last comparison of a day, once it has ended.</summary>
    public async Task<ReconciledDay> ReconciledAsync(DateOnly day, int run = 1)
    {
        await UntilAsync(async () => await Reconciliations.FindAsync(day, default) is { Status: not ReconciliationStatus.Running } found && found.Run >= run);
        return (await Reconciliations.FindAsync(day, default))!;
    }

    public async Task<Statement> StatementAsync(string sellerId, DateOnly day) => (await Reader.FindStatementAsync(sellerId, day, default))!;

    public Task SettledAsync(DateOnly day) => UntilAsync(async () => await Reader.FindDayAsync(day, default) is { SettledAt: not null });

    public async Task<IReadOnlyList<Payout>> PayoutsAsync(PayoutStatus? status = null) =>
        (await Reader.PayoutsAsync(new PayoutFilter(status), default)).Items;

    public async Task<IReadOnlyList<OrderEvent>> EventsAsync(string subject) =>
        [.. (await reader.GetRequiredService<IOrderQueries>().EventsOfAsync(subject, 0, default)).Select(stored => stored.Event)];

    /// <summary>The finance team decides a requested payout.</summary>
    public async Task LetFinanceActAsync(string payoutId)
    {
        await UntilAsync(() => Task.FromResult(Teams.Steps.Pending(payoutId).Count > 0));
        Teams.Steps.RunNext(payoutId);
    }

    /// <summary>The finance team reports how a payout ended, whatever it reported before.</summary>
    public async Task LetFinanceSayAsync(string payoutId, PayoutOutcomeRequest outcome)
    {
        using var console = new HttpClient { BaseAddress = new Uri(Teams.Address + "/") };
        using var said = await console.PostAsJsonAsync($"console/payouts/{payoutId}/outcomes", outcome, OrderJson.Options);
        said.EnsureSuccessStatusCode();
    }

    /// <summary>Waits for something that is about to become true.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isMet)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isMet())
        {
            await looks.WaitForNextTickAsync(timeout.Token);
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

    private Task<RecordOutcome> WritePaidAsync(string orderId, string paymentId)
    {
        var order = Snapshots.Of(orderId, status: OrderStatus.Completed, createdAt: Now);
        var paid = order with { Payments = order.Payments.SetItem(0, order.Payments[0] with { PaymentId = paymentId }) };
        return reader.GetRequiredService<IOrderStore>().WriteAsync(new OrderRecord(paid, [], []), "run", default);
    }

    private Task<RecordOutcome> WriteAsync(SettlementEntry entry)
    {
        var order = Order.New(Requests.Plain(entry.OrderId), new OrderPolicies(), facts: null, entry.At) with { Version = 1 };
        return reader.GetRequiredService<IOrderStore>().WriteAsync(new OrderRecord(order, [], [], [entry]), "run", default);
    }

    private IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>>? settings = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(Teams.ConnectionSettings)
        .AddInMemoryCollection([new("Data:Directory", directory.FullName)])
        .AddInMemoryCollection(settings ?? [])
        .Build();
}
