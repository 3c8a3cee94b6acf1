using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.DevHost;
using OrderOrchestration.Tests.Operation.Support;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Operation.Observing;

/// <summary>The whole system on PostgreSQL, after it has been used, seen through what Prometheus would scrape.</summary>
[SetUpFixture]
public sealed class ObservedSystem
{
    private static TestEnvironment environment = null!;
    private static DevHostApplication host = null!;

    /// <summary>What <c>/metrics</c> answered.</summary>
    public static string Metrics { get; private set; } = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        environment = await TestEnvironment.StartAsync();
        var settings = environment.Environment(
            ("Urls", "http://127.0.0.1:0"),
            ("Demo__Enabled", "false"),
            ("ConnectionStrings__Orders", PrivatePostgreSql.NewDatabase() + ";Maximum Pool Size=4"),
            ("Figures__Interval", "00:00:00.200"));
        var arguments = settings.Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}").ToArray();
        host = await DevHostApplication.StartAsync(arguments, _ => Task.CompletedTask, timeout.Token);
        environment.Partners.SetOrderApi(host.Endpoints.Api.ToString().TrimEnd('/'));
        await DemoOrder.PlayAsync(host.Endpoints.Api, timeout.Token);
        CountWhatHappensSeldom();
        await StickAsync(settings["ConnectionStrings__Orders"]!);

        using var http = new HttpClient();
        await CrowdAsync(http, timeout.Token);
        using var forged = await http.PostAsync(new Uri(host.Endpoints.Api, "/v1/events"), new StringContent("{}", encoding: null, "application/cloudevents+json"), timeout.Token);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            Metrics = await http.GetStringAsync(new Uri(host.Endpoints.Api, "/metrics"), timeout.Token);
        }
        while (!(Metrics.Contains("orders_attention{", StringComparison.Ordinal)
                && Metrics.Contains("settlement_attention{", StringComparison.Ordinal)
                && Metrics.Contains("outcome=\"bad-signature\"", StringComparison.Ordinal))
            && await looks.WaitForNextTickAsync(timeout.Token));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        await environment.DisposeAsync();
    }

    /// <summary>The value of a metric with these labels, in the order in which they are shown; <c>null</c> where it is not there.</summary>
    internal static double? Value(string series) => Metrics.Split('\n')
        .Select(line => line.Replace("{} ", " ", StringComparison.Ordinal))
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Select(line => (double?)double.Parse(line[(series.Length + 1)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();

    // Nothing of this happens to one good order.
    private static void CountWhatHappensSeldom()
    {
        OrderMetrics.Ended(OrderStatus.Completed, "customer");
        OrderMetrics.ReconciliationDifference("amount");
        OrderMetrics.WorkflowException("OrderWorkflow");
    }

    // More callers than connections: some wait.
    private static Task<string[]> CrowdAsync(HttpClient http, CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, 60)
        .Select(_ => http.GetStringAsync(new Uri(host.Endpoints.Api, "/health/ready"), cancellationToken)));

    /// <summary>Puts an order, a settlement day and a refund into the store as an operator would find them.</summary>
    private static async Task StickAsync(string connectionString)
    {
        await using var connection = new Npgsql.NpgsqlConnection(connectionString);
        const string sql =
            """
            INSERT INTO orders (order_id, member_id, status, needs_attention, created_at, version, snapshot) VALUES
            ('o-stuck', 'm-1', 'paid', 1, 1, 1, '{"attentions": [
                {"process": "shipment", "step": "request-shipping", "since": "2026-01-01T00:00:00+09:00"},
                {"process": "return", "step": "refund", "since": "2026-01-02T00:00:00+09:00"},
                {"process": "cancelling", "step": "refund", "since": "2025-01-01T00:00:00+09:00", "resolution": "retry"}]}');
            INSERT INTO settlement_attention (subject, step, error, since) VALUES ('2026-01-01', 'settle-day', 'no', 1);
            INSERT INTO refunds (refund_id, order_id, status, amount, points, reason, lines, requested_at, updated_at, due_at) VALUES
            ('r-late', 'o-stuck', 'processing', 1, 0, 'defective', '[]', 1, 1, 1), ('r-paid', 'o-stuck', 'completed', 1, 0, 'defective', '[]', 1, 1, 1);
            """;
        await Dapper.SqlMapper.ExecuteAsync(connection, sql);
    }
}
