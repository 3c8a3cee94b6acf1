using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using EmbeddedTemporal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Api;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>
/// API and worker on PostgreSQL, a Temporal server and the seven teams, all on one clock that skips time. Each minute that passes is scraped, as Prometheus would;
/// the teams act when a test lets them.
/// </summary>
internal sealed class NightSystem : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A message that is being sent at a scrape does not count as waiting.
    private const double FreshSeconds = 60;

    private static readonly string[] TeamRoutes = [.. Enum.GetValues<Team>().Select(team => $"http_route=\"/{team.ToString().ToLowerInvariant()}/")];

    private readonly EmbeddedTemporalServer temporal;
    private readonly DirectoryInfo folder;

    private NightSystem(EmbeddedTemporalServer temporal, PartnersServer teams, ApiHost api, DirectoryInfo folder, ScrapedSeries scraped)
    {
        this.temporal = temporal;
        this.folder = folder;
        Teams = teams;
        Api = api;
        Scraped = scraped;
    }

    public PartnersServer Teams { get; }

    public ApiHost Api { get; }

    public ScrapedSeries Scraped { get; }

    /// <summary>The minute that was scraped last.</summary>
    public DateTimeOffset Now => Scraped.End;

    /// <summary>Starts on the evening of the next day whose evening has not come, when payouts are made the morning after.</summary>
    /// <param name="at">When the evening begins, Seoul.</param>
    /// <param name="names">The metrics that are recorded.</param>
    public static async Task<NightSystem> StartAsync(TimeOnly at, TimeOnly payouts, IReadOnlySet<string> names, CancellationToken cancellationToken)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions(), cancellationToken);
        var clock = temporal.TimeProvider;
        var today = BusinessDay.Of(clock.GetUtcNow());
        var start = Moment(today, at) > clock.GetUtcNow() ? Moment(today, at) : Moment(today.AddDays(1), at);
        await temporal.SkipAsync(start - clock.GetUtcNow());

        var teams = await PartnersServer.StartAsync(
            new PartnersOptions { StepDelay = StepDelay.Manual, TimeProvider = clock, TransportTimeProvider = clock }, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("orders-night-");
        KeyValuePair<string, string?>[] settings =
        [
            .. teams.ConnectionSettings,
            new("TEMPORAL_ADDRESS", temporal.TargetHost),
            new("ConnectionStrings:Orders", PrivatePostgreSql.NewDatabase()),
            new("Data:Directory", folder.FullName),
            new("Store:UpgradesItself", "true"),
            new("Worker:ShutdownTimeout", "00:00:00"),
            new("Outbox:PollInterval", "00:00:00.05"),
            new("Figures:Interval", "00:00:00.05"),
            new("OrderPolicies:PayoutTime", string.Create(CultureInfo.InvariantCulture, $"{BusinessDay.Of(start).AddDays(1).DayOfWeek} {payouts:HH:mm}")),
        ];
        var api = await ApiHost.StartAsync(
            services =>
            {
                services.AddSingleton(clock);
                services.AddOrderWorker(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

                // A minute passes in less time than the exporter caches its answer.
                services.Configure<PrometheusAspNetCoreOptions>(options => options.ScrapeResponseCacheDurationMilliseconds = 0);
            },
            settings: settings);
        teams.SetOrderApi(api.Address.ToString().TrimEnd('/'));
        return new NightSystem(temporal, teams, api, folder, new ScrapedSeries(start, names));
    }

    /// <summary>A moment of Seoul.</summary>
    public static DateTimeOffset Moment(DateOnly day, TimeOnly time) => BusinessDay.EndOf(day.AddDays(-1)) + time.ToTimeSpan();

    /// <summary>Lets time pass until a moment of Seoul, minute by minute.</summary>
    public async Task UntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        while (Scraped.Minutes == 0 || Now < moment)
        {
            await PassAsync(cancellationToken);
        }
    }

    /// <summary>Places an order of a member.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> PlaceAsync(string memberId, string productId, int quantity, string method, CancellationToken cancellationToken)
    {
        using var customer = Api.Customer(memberId);
        using var response = await SendAsync(customer, "/v1/orders", OrderOf(memberId, productId, quantity, method), cancellationToken);

        // 202 where the machine is slow: the order goes on by itself.
        Assert.That((int)response.StatusCode, Is.AnyOf(201, 202), await response.Content.ReadAsStringAsync(cancellationToken));
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("orderId").GetString()!;
    }

    public static object OrderOf(string memberId, string productId, int quantity, string method) => new
    {
        memberId,
        lines = new[] { new { productId, quantity } },
        shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
        payment = new { method },
    };

    /// <summary>Sends a request under a key of its own.</summary>
    public static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, object? body, CancellationToken cancellationToken) =>
        client.PostAsync(path, body, Guid.NewGuid().ToString(), cancellationToken);

    /// <summary>Asks an order for something as its member or as staff; it is taken.</summary>
    public static async Task AskAsync(HttpClient client, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(client, path, body, cancellationToken);
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{path}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>The teams act for an order until it is in the wanted state; no time passes.</summary>
    public async Task LetAsync(string orderId, Func<JsonElement, bool> isMet, CancellationToken cancellationToken)
    {
        using var staff = Api.As("operator", "op-1");
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isMet(await OrderAsync(staff, orderId, cancellationToken)))
        {
            Teams.Steps.RunNext(orderId);
            await Teams.WhenSettledAsync(cancellationToken);
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The same until a status.</summary>
    public Task LetAsync(string orderId, string status, CancellationToken cancellationToken) =>
        LetAsync(orderId, order => order.GetProperty("status").GetString() == status, cancellationToken);

    public static async Task<JsonElement> OrderAsync(HttpClient staff, string orderId, CancellationToken cancellationToken) =>
        await staff.GetFromJsonAsync<JsonElement>(new Uri("/v1/orders/" + orderId, UriKind.Relative), cancellationToken);

    /// <summary>A minute passes and is scraped.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var next = Scraped.Start + (Scraped.Minutes * Minute);
        if (next > temporal.CurrentTime)
        {
            await temporal.SkipAsync(next - temporal.CurrentTime);
        }

        await Teams.WhenSettledAsync(cancellationToken);
        Scraped.Add(OursAlone(await ScrapeAsync(cancellationToken)));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Teams.DisposeAsync();
        await temporal.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<string> ScrapeAsync(CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var metrics = await Api.Anonymous.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
            if (OldestMessage(metrics) < FreshSeconds)
            {
                return metrics;
            }

            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The teams are played in this process: the requests that they served are not ours.</summary>
    private static string OursAlone(string metrics) => string.Join('\n', metrics.Split('\n').Where(line => !TeamRoutes.Any(route => line.Contains(route, StringComparison.Ordinal))));

    private static double OldestMessage(string metrics) => metrics.Split('\n')
        .Where(line => line.StartsWith("outbox_oldest_seconds{", StringComparison.Ordinal))
        .Select(line => double.Parse(line[(line.IndexOf("} ", StringComparison.Ordinal) + 2)..].Split(' ')[0], CultureInfo.InvariantCulture))
        .DefaultIfEmpty(0)
        .Max();
}
