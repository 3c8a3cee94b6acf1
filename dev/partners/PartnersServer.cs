using System.Net;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Catalogue;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Logistics;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners;

/// <summary>
/// The seven other teams on one port of 127.0.0.1, each under its own path prefix (<c>/payment/payments</c>), with real numbers behind
/// them. Any number of servers can run in one process. State lives in memory and ends with the server.
/// </summary>
public sealed class PartnersServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly OutstandingWork outstanding = new();
    private readonly Bookkeeper bookkeeper;

    private PartnersServer(PartnersOptions options, WebApplicationBuilder builder)
    {
        var ids = new Ids();
        var clock = options.TimeProvider;
        var calls = new CallLog();
        var memory = new IdempotencyMemory(clock, options.IdempotencyWindow);
        Faults = new FaultSet(options.RandomSeed);
        app = builder.Build();
        Webhooks = new WebhookOutbox(options, Faults, outstanding, ids, app.Logger);
        Steps = new StepQueue(options, outstanding, app.Logger);
        Product = new ProductTeam(options, Webhooks, ids);
        Payment = new PaymentTeam(clock, Steps, Scenarios, new PaymentNews(Webhooks, clock), ids);
        Logistics = new LogisticsTeam(options, Steps, Scenarios, new LogisticsNews(Webhooks, clock), ids);
        Member = new MemberTeam(clock, Webhooks);
        Promotion = new PromotionTeam(clock);
        Finance = new FinanceTeam(clock, Steps, Scenarios, Webhooks, ids);
        Notification = new NotificationTeam(clock, ids);
        bookkeeper = new Bookkeeper(clock, Product, Payment, Logistics, Member, Promotion, Finance, Notification, calls, Webhooks);
        FillCatalogue(clock.GetUtcNow());
        Pipeline.Build(app, this, options, memory, calls);
    }

    /// <summary><c>http://127.0.0.1:&lt;port&gt;</c>: the books, faults and scenarios are here.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <summary>Products and stock.</summary>
    public ProductTeam Product { get; }

    /// <summary>Payments and refunds.</summary>
    public PaymentTeam Payment { get; }

    /// <summary>Shipments and pickups.</summary>
    public LogisticsTeam Logistics { get; }

    /// <summary>Points, purchases, tiers.</summary>
    public MemberTeam Member { get; }

    /// <summary>Coupons.</summary>
    public PromotionTeam Promotion { get; }

    /// <summary>Payouts and tax invoices.</summary>
    public FinanceTeam Finance { get; }

    /// <summary>Messages sent.</summary>
    public NotificationTeam Notification { get; }

    /// <summary>What happens out of the ordinary.</summary>
    public ScenarioBook Scenarios { get; } = new();

    /// <summary>What goes wrong on the wire.</summary>
    public FaultSet Faults { get; }

    /// <summary>What the teams will do next.</summary>
    public StepQueue Steps { get; }

    /// <summary>The events published and how their delivery goes.</summary>
    public WebhookOutbox Webhooks { get; }

    /// <summary>The books as they stand now.</summary>
    public Books Books => bookkeeper.DrawUp();

    /// <summary>Starts a server; it answers when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="FormatException">A webhook secret is not <c>whsec_&lt;base64&gt;</c>.</exception>
    public static async Task<PartnersServer> StartAsync(PartnersOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PartnersOptions();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear(); // The host's own settings (URLs, logging) must not leak in: options say all.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A taken port is told by the exception, in one line; the host's own stack trace beside it helps nobody.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.ConfigureHttpJsonOptions(json => PartnersJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        var server = new PartnersServer(options, builder);
        try
        {
            await server.app.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.Address = server.app.Urls.Single();
        if (options.OrderApiBaseUrl is { } orderApi)
        {
            server.SetOrderApi(orderApi);
        }

        return server;
    }

    /// <summary>A team's base address, prefix included, without a slash at its end.</summary>
    public string BaseUrl(Team team) => $"{Address}/{team.Slug()}";

    /// <summary>The secret that signs a team's webhooks.</summary>
    public string WebhookSecret(Team team) => Webhooks.SecretOf(team);

    /// <summary>Tells where the order API listens; events that waited for it leave now.</summary>
    public void SetOrderApi(string orderApiBaseUrl) => Webhooks.SetTarget(orderApiBaseUrl);

    /// <summary>The books with one order's account only.</summary>
    public Books BooksOf(string orderId) => bookkeeper.DrawUp(orderId);

    /// <summary>
    /// Completes when nothing happens by itself any more: every step is done (but those that wait for a hand) and every event delivered or
    /// given up.
    /// </summary>
    public Task WhenSettledAsync(CancellationToken cancellationToken = default) => outstanding.WhenSettledAsync(cancellationToken);

    /// <summary>Stops answering, drops pending steps and stops delivering events.</summary>
    public async ValueTask DisposeAsync()
    {
        Steps.Dispose();
        await app.DisposeAsync();
        await Webhooks.DisposeAsync();
    }

    /// <summary>Runs until the process is told to stop (Ctrl-C, SIGTERM).</summary>
    internal Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    internal void Apply(ScenarioChange change)
    {
        foreach (var stock in change.Stock ?? [])
        {
            Product.SetStock(stock.ProductId, stock.WarehouseId, stock.Free);
        }

        foreach (var product in change.Products ?? [])
        {
            Apply(product);
        }

        foreach (var member in change.Members ?? [])
        {
            Apply(member);
        }

        foreach (var verification in change.Verifications ?? [])
        {
            Payment.SetVerification(verification.VerificationId, verification.MemberId, verification.Verified);
        }

        Scenarios.Add(change);
    }

    private void Apply(ProductChange change)
    {
        if (change.Name is not null || change.Price is not null)
        {
            Product.ChangeInfo(change.ProductId, change.Name, change.Price);
        }

        switch (change.OnSale)
        {
            case false:
                Product.StopSale(change.ProductId, change.Reason ?? "판매 중지");
                break;
            case true:
                Product.ResumeSale(change.ProductId);
                break;
            default:
                break;
        }
    }

    private void Apply(MemberChange change)
    {
        if (change.PointBalance is { } balance)
        {
            Member.SetPoints(change.MemberId, balance);
        }

        if (change.Tier is { } tier)
        {
            Member.SetTier(change.MemberId, tier);
        }
    }

    private void FillCatalogue(DateTimeOffset now)
    {
        SeedCatalogue.Fill(Product);
        SeedCatalogue.Fill(Member, Payment, now);
        SeedCatalogue.Fill(Promotion, now);
        SeedCatalogue.Fill(Scenarios);
    }
}
