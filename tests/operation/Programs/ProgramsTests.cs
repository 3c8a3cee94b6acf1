using System.Net;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>The two programs as they are deployed: their management address, their readiness and their schema command (contract §5).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ProgramsTests
{
    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(3));
    private readonly HttpClient http = new();
    private TestEnvironment environment = null!;

    [SetUp]
    public async Task StartAsync() => environment = await TestEnvironment.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        await environment.DisposeAsync();
        http.Dispose();
        timeout.Dispose();
    }

    [Test]
    public async Task A_worker_serves_health_and_metrics_on_its_management_address_and_ends_in_order()
    {
        var management = Ports.FreeAddress();
        await using var worker = ProgramProcess.Worker(environment.Environment(("Management__Url", management)));

        await WhenAsync($"{management}/health/ready", HttpStatusCode.OK);
        using var live = await http.GetAsync(new Uri($"{management}/health/live"), timeout.Token);
        await WhenMetricsHoldAsync(management, "temporal_num_pollers", "outbox_oldest_seconds{relay=\"notifications\"}", "dotnet_");
        await worker.SignalAsync("TERM");

        Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await worker.ExitCodeAsync(), Is.Zero, worker.Output);
    }

    [Test]
    public async Task An_api_with_a_management_address_shows_health_and_metrics_there_and_not_to_the_public()
    {
        var (management, address) = (Ports.FreeAddress(), Ports.FreeAddress());
        await using var api = ProgramProcess.Api(environment.Environment(
            ("Management__Url", management), ("ASPNETCORE_URLS", address), ("Auth__Authority", "https://login.test/"), ("Auth__Audience", "orders")));

        await WhenAsync($"{management}/health/ready", HttpStatusCode.OK);
        await WhenAsync($"{address}/v1/policies", HttpStatusCode.OK);
        var metrics = await http.GetStringAsync(new Uri($"{management}/metrics"), timeout.Token);

        Assert.That(metrics, Does.Contain("http_server_request_duration_seconds_count"));
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
        {
            using var hidden = await http.GetAsync(new Uri(address + path), timeout.Token);
            Assert.That(hidden.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        using var elsewhere = await http.GetAsync(new Uri($"{management}/v1/policies"), timeout.Token);
        Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Without_Temporal_an_api_is_ready_and_a_worker_is_alive_but_not_ready()
    {
        var (management, address) = (Ports.FreeAddress(), Ports.FreeAddress());
        await using var api = ProgramProcess.Api(environment.Environment(
            ("TEMPORAL_ADDRESS", "127.0.0.1:1"), ("ASPNETCORE_URLS", address), ("Auth__Authority", "https://login.test/"), ("Auth__Audience", "orders")));
        await using var worker = ProgramProcess.Worker(environment.Environment(
            ("TEMPORAL_ADDRESS", "127.0.0.1:1"), ("Management__Url", management), ("Data__Directory", Path.Combine(environment.Folder, "worker"))));

        await WhenAsync($"{address}/health/ready", HttpStatusCode.OK);
        await WhenAsync($"{management}/health/live", HttpStatusCode.OK);
        await WhenAsync($"{management}/health/ready", HttpStatusCode.ServiceUnavailable);
        await worker.SignalAsync("TERM");
        Assert.That(await worker.ExitCodeAsync(), Is.Zero, worker.Output);
    }

    [Test]
    public async Task PostgreSql_without_its_schema_stops_a_program_in_one_line_and_migrate_makes_it()
    {
        var database = ("ConnectionStrings__Orders", (string?)PrivatePostgreSql.NewDatabase());
        var management = Ports.FreeAddress();
        await using (var early = ProgramProcess.Worker(environment.Environment(database, ("Management__Url", management))))
        {
            Assert.That(await early.ExitCodeAsync(), Is.EqualTo(1));
            Assert.That(early.Output, Does.StartWith("the order worker cannot start: The schema of the PostgreSQL database").And.Contain("is not there"));
            Assert.That(early.Output.Split('\n'), Has.Length.EqualTo(1));
        }

        await using (var migration = ProgramProcess.Worker(environment.Environment(database), "migrate"))
        {
            Assert.That(await migration.ExitCodeAsync(), Is.Zero, migration.Output);
            Assert.That(migration.Output, Does.Contain("applied 0001-orders.sql").And.Contain("is up to date"));
        }

        await using var worker = ProgramProcess.Worker(environment.Environment(database, ("Management__Url", management)));
        await WhenAsync($"{management}/health/ready", HttpStatusCode.OK);
    }

    [TestCase("Worker__BuildId", "b-1", "Worker:DeploymentName and Worker:BuildId")]
    [TestCase("Worker__ShutdownTimeout", "-00:00:01", "ShutdownTimeout")]
    [TestCase("Worker__TargetCpu", "0.5", "Worker:TargetCpu and Worker:TargetMemory")]
    [TestCase("Figures__Interval", "1.00:00:00", "Figures")]
    [TestCase("Privacy__CurrentMasterKey", "gone", "master key gone")]
    [TestCase("Privacy__MasterKeys__short", "AAAA", "Privacy:MasterKeys:short")]
    public async Task A_setting_that_is_wrong_stops_the_worker_in_one_line_that_names_it(string name, string value, string named)
    {
        await using var worker = ProgramProcess.Worker(environment.Environment((name, value), ("Management__Url", Ports.FreeAddress())));

        Assert.That(await worker.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(worker.Output, Does.StartWith("the order worker cannot start: ").And.Contain(named));
        Assert.That(worker.Output.Split('\n'), Has.Length.EqualTo(1));
    }

    private async Task WhenMetricsHoldAsync(string management, params string[] metrics)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await http.GetStringAsync(new Uri($"{management}/metrics"), timeout.Token) is var all && metrics.Any(metric => !all.Contains(metric, StringComparison.Ordinal)))
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>Waits until an address answers so.</summary>
    private async Task WhenAsync(string address, HttpStatusCode status)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        string last = "nothing";
        try
        {
            do
            {
                try
                {
                    using var response = await http.GetAsync(new Uri(address), timeout.Token);
                    last = response.StatusCode.ToString();
                    if (response.StatusCode == status)
                    {
                        return;
                    }
                }
                catch (HttpRequestException)
                {
                    last = "no connection";
                }
            }
            while (await looks.WaitForNextTickAsync(timeout.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{address} did not answer {status}; the last was {last}");
        }
    }
}
