using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Catalogue;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Logistics;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners;

/// <summary>
/// Simulates the seven other teams on one port of 127.0.0.1, each under its own path prefix (<c>/payment/payments</c>), with consistent stock, money and
/// points. Several servers can run in one process. State is in memory, or durable in <see cref="PartnersOptions.StateFile"/>.
/// </summary>
public sealed class PartnersServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TeamsState state;
    private readonly OutstandingWork outstanding = new();
    private readonly Bookkeeper bookkeeper;
    private readonly string pathPrefix;

    private PartnersServer(PartnersOptions options, TeamsState state, WebApplicationBuilder builder)
    {
        var ids = new Ids();
        var clock = options.TimeProvider;
        var calls = new CallLog(options.PathPrefix);
        this.state = state;
        pathPrefix = options.PathPrefix;
        app = builder.Build();
        Faults = new FaultSet(state, options.RandomSeed);
        Scenarios = new ScenarioBook(state);
        Webhooks = new WebhookOutbox(options, state, Faults, outstanding, ids, app.Logger);
        Steps = new StepQueue(options, state, outstanding, ids, app.Logger);
        Product = new ProductTeam(options, state, Webhooks, ids);
        Payment = new PaymentTeam(options, state, Steps, Scenarios, new PaymentEvents(Webhooks, clock), ids);
        Logistics = new LogisticsTeam(options, state, Steps, Scenarios, new LogisticsEvents(Webhooks, clock), ids);
        Member = new MemberTeam(clock, state, Webhooks);
        Promotion = new PromotionTeam(clock, state, Member.IsDeleted);
        Finance = new FinanceTeam(clock, state, Steps, Scenarios, Webhooks, ids);
        Notification = new NotificationTeam(clock, state, ids);
        bookkeeper = new Bookkeeper(clock, Product, Payment, Logistics, Member, Promotion, Finance, Notification, calls, Webhooks);
        if (Product.All().Count == 0)
        {
            FillCatalogue(clock.GetUtcNow());
        }

        Pipeline.Build(app, this, options, new OncePerKey(state, new IdempotencyMemory(clock, options.IdempotencyWindow, state)), calls);
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

    /// <summary>Rules for deviations from the normal course of business.</summary>
    public ScenarioBook Scenarios { get; }

    /// <summary>Fault injection for calls and webhooks.</summary>
    public FaultSet Faults { get; }

    /// <summary>The teams' scheduled actions.</summary>
    public StepQueue Steps { get; }

    /// <summary>The published events and their delivery status.</summary>
    public WebhookOutbox Webhooks { get; }

    /// <summary>The order system's configuration of its connection to these teams: <c>Partners:&lt;team&gt;:BaseUrl</c> and <c>:WebhookSecret</c>.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ConnectionSettings => TeamNames.All.SelectMany(team => new KeyValuePair<string, string?>[]
    {
        new($"Partners:{team}:BaseUrl", BaseUrl(team)),
        new($"Partners:{team}:WebhookSecret", WebhookSecret(team)),
    });

    /// <summary>The current books.</summary>
    public Books Books => BooksOf(null);

    /// <summary>Starts a server; it accepts requests when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="StateFileException">The state file is damaged, newer than this program, in use or not writable; the message names it.</exception>
    /// <exception cref="FormatException">A webhook secret is not <c>whsec_&lt;base64&gt;</c>, or another option is out of its range.</exception>
    public static async Task<PartnersServer> StartAsync(PartnersOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PartnersOptions();
        options.Check();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear(); // The host's own settings (URLs, logging) must not apply: all settings come from the options.
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // The exception's message names the port that is in use; the host's log entry would only repeat it with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.ConfigureHttpJsonOptions(json => PartnersJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        var server = Open(options, builder);
        try
        {
            server.ResumeWork();
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
    public string BaseUrl(Team team) => $"{Address}{pathPrefix}/{team.Slug()}";

    /// <summary>The secret that signs a team's webhooks.</summary>
    public string WebhookSecret(Team team) => Webhooks.SecretOf(team);

    /// <summary>Sets the base address of the order API; queued events are sent from now on.</summary>
    public void SetOrderApi(string orderApiBaseUrl) => Webhooks.SetTarget(orderApiBaseUrl);

    /// <summary>The books with one order's account only; null: with all accounts.</summary>
    public Books BooksOf(string? orderId)
    {
        using (state.Enter())
        {
            return bookkeeper.Create(orderId);
        }
    }

    /// <summary>
    /// Completes when the teams are idle: every scheduled action has run (except those that wait for a manual run), and every event is delivered or
    /// abandoned.
    /// </summary>
    public Task WhenSettledAsync(CancellationToken cancellationToken = default) => outstanding.WhenSettledAsync(cancellationToken);

    /// <summary>Stops answering, drops pending steps and stops delivering events.</summary>
    public async ValueTask DisposeAsync()
    {
        Steps.Dispose();
        await app.DisposeAsync();
        await Webhooks.DisposeAsync();
        state.Dispose();
    }

    /// <summary>Runs several changes as one state transaction: they become visible and durable together.</summary>
    internal void RunExclusive(Action action)
    {
        using (state.Enter())
        {
            action();
        }
    }

    /// <summary>Waits until the process is stopped (Ctrl-C, SIGTERM).</summary>
    internal Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    private static PartnersServer Open(PartnersOptions options, WebApplicationBuilder builder)
    {
        TeamsState? unownedState = new(options.StateFile, options.StateKey);
        try
        {
            using (unownedState.Enter())
            {
                var server = new PartnersServer(options, unownedState, builder);
                unownedState = null;
                return server;
            }
        }
        finally
        {
            unownedState?.Dispose();
        }
    }

    /// <summary>Resumes scheduled actions and undelivered events of an earlier server.</summary>
    private void ResumeWork()
    {
        Steps.Resume();
        Webhooks.Resume();
    }

    private void FillCatalogue(DateTimeOffset now)
    {
        SeedCatalogue.Fill(Product);
        SeedCatalogue.Fill(Member, Payment, now);
        SeedCatalogue.Fill(Promotion, now);
        SeedCatalogue.Fill(Scenarios);
    }
}
