using EmbeddedTemporal.Common;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Operation.Support;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>
/// The roll-out of <c>docs/operations/upgrade.md</c>, step by step, with the programs as they are deployed: orders in flight, version 1.1.0 ramped and
/// made current, version 1.0.0 drained and taken away, the API replaced. Nothing is lost and nothing happens twice.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RolloutTests
{
    private const string Namespace = "default";
    private const string Deployment = "orders";
    private const int OrdersEach = 6;

    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(8));
    private readonly HttpClient http = new();
    private string database = null!;
    private TestEnvironment environment = null!;
    private TemporalClient temporal = null!;

    [SetUp]
    public async Task StartAsync()
    {
        var drainage = new ServerLimits { Deployments = new() { DrainageGrace = TimeSpan.FromMilliseconds(200), DrainageRefresh = TimeSpan.FromMilliseconds(200) } };
        environment = await TestEnvironment.StartAsync(StepDelay.Manual, drainage);
        temporal = await TemporalClient.ConnectAsync(new(environment.Temporal.TargetHost));
        database = PrivatePostgreSql.NewDatabase();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await environment.DisposeAsync();
        http.Dispose();
        timeout.Dispose();
    }

    [Test]
    public async Task Orders_in_flight_go_on_through_a_roll_out()
    {
        await MigrateAsync();
        await using var one = Worker("1.0.0");
        await KnownAsync("1.0.0");
        await SetCurrentAsync("1.0.0");
        string[] addresses = [Ports.FreeAddress(), Ports.FreeAddress()];
        await using var balancer = await Balancer.StartAsync(addresses);
        environment.Partners.SetOrderApi(balancer.Address);
        await using var oldApi = Api(addresses[0]);
        await oldApi.LineAsync("Application started");
        var early = await PlaceAsync(balancer.Address, "early");
        Assert.That(await BuildsOfAsync(early), Is.EqualTo(new[] { "1.0.0" }));

        // 1, 2: the schema, and workers of the new version beside the old ones.
        await MigrateAsync();
        await using var two = Worker("1.1.0");
        await KnownAsync("1.1.0");
        Assert.That(await BuildsOfAsync(await PlaceAsync(balancer.Address, "before")), Is.EqualTo(new[] { "1.0.0" }), "they get nothing yet");

        // 3: a part of the orders.
        await temporal.WorkflowService.SetWorkerDeploymentRampingVersionAsync(
            new() { Namespace = Namespace, DeploymentName = Deployment, BuildId = "1.1.0", Percentage = 50 });
        var ramped = new List<PlacedGuestOrder>();
        for (var round = 0; round < 5 && (await BuildsOfAsync(ramped)).Count < 2; round++)
        {
            ramped.AddRange(await PlaceAsync(balancer.Address, $"ramped-{round}"));
        }

        Assert.That(await BuildsOfAsync(ramped), Is.EqualTo(new[] { "1.0.0", "1.1.0" }));

        // 4: all of them.
        await SetCurrentAsync("1.1.0");
        var late = await PlaceAsync(balancer.Address, "late");
        Assert.That(await BuildsOfAsync(late), Is.EqualTo(new[] { "1.1.0" }));

        // 5: the old one is drained and goes; the orders that it began go on with the new one.
        await UntilDrainedAsync("1.0.0");
        await one.SignalAsync("TERM");
        Assert.That(await one.ExitCodeAsync(), Is.Zero, one.Output);
        PlacedGuestOrder[] all = [.. early, .. ramped, .. late];
        await UntilDeliveredAsync(balancer.Address, [.. early, .. ramped.Take(OrdersEach)]);
        Assert.That(await BuildsOfAsync(early), Is.EqualTo(new[] { "1.1.0" }));

        // 6: the API.
        await using var newApi = Api(addresses[1]);
        await newApi.LineAsync("Application started");
        await oldApi.SignalAsync("TERM");
        Assert.That(await oldApi.ExitCodeAsync(), Is.Zero, oldApi.Output);
        await UntilDeliveredAsync(balancer.Address, all);

        var books = environment.Partners.Books;
        Assert.That(books.Imbalances, Is.Empty);
        Assert.That(books.Orders, Has.Count.EqualTo(all.Length + OrdersEach));
        Assert.That(books.Orders.Select(account => account.CardCharged).Distinct().Count(), Is.EqualTo(1), "each was charged once");
    }

    private async Task MigrateAsync()
    {
        await using var migration = ProgramProcess.Worker(environment.Environment(("ConnectionStrings__Orders", database)), "migrate");
        Assert.That(await migration.ExitCodeAsync(), Is.Zero, migration.Output);
    }

    private ChildProcess Worker(string buildId) => ProgramProcess.Worker(environment.Environment(
        ("ConnectionStrings__Orders", database), ("Management__Url", Ports.FreeAddress()), ("Worker__DeploymentName", Deployment), ("Worker__BuildId", buildId)));

    private ChildProcess Api(string address) => ProgramProcess.Api(environment.Environment(
        ("ConnectionStrings__Orders", database), ("ASPNETCORE_URLS", address), ("Auth__Authority", "https://login.test/"), ("Auth__Audience", "orders")));

    /// <summary>Waits until workers of a version poll for workflows and activities.</summary>
    private Task KnownAsync(string buildId) => UntilAsync(buildId, version => version?.TaskQueueInfos.Count >= 2);

    private Task UntilDrainedAsync(string buildId) => UntilAsync(buildId, version => version?.Status == WorkerDeploymentVersionStatus.Drained);

    private async Task UntilAsync(string buildId, Func<WorkerDeploymentVersionInfo?, bool> condition)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!condition(await DescribeAsync(buildId)))
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<WorkerDeploymentVersionInfo?> DescribeAsync(string buildId)
    {
        try
        {
            var answer = await temporal.WorkflowService.DescribeWorkerDeploymentVersionAsync(
                new() { Namespace = Namespace, DeploymentVersion = new() { DeploymentName = Deployment, BuildId = buildId } });
            return answer.WorkerDeploymentVersionInfo;
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task SetCurrentAsync(string buildId) => await temporal.WorkflowService.SetWorkerDeploymentCurrentVersionAsync(
        new() { Namespace = Namespace, DeploymentName = Deployment, BuildId = buildId });

    /// <summary>Which versions carry these orders.</summary>
    private async Task<IReadOnlyList<string>> BuildsOfAsync(IEnumerable<PlacedGuestOrder> orders)
    {
        var builds = await Task.WhenAll(orders.Select(async order =>
        {
            var described = await temporal.WorkflowService.DescribeWorkflowExecutionAsync(
                new() { Namespace = Namespace, Execution = new() { WorkflowId = OrderTemporal.WorkflowId(order.OrderId) } });
            return described.WorkflowExecutionInfo.VersioningInfo.DeploymentVersion.BuildId;
        }));
        return [.. builds.Distinct().Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<PlacedGuestOrder>> PlaceAsync(string api, string name)
    {
        var orders = new List<PlacedGuestOrder>();
        for (var number = 0; number < OrdersEach; number++)
        {
            orders.Add(await GuestOrders.PlaceAsync(http, api, $"{name}-{number}", timeout.Token));
        }

        return orders;
    }

    private async Task UntilDeliveredAsync(string api, IReadOnlyList<PlacedGuestOrder> orders)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        foreach (var order in orders)
        {
            while (await GuestOrders.StatusAsync(http, api, order, timeout.Token) != "delivered")
            {
                environment.Partners.Steps.RunAll();
                await looks.WaitForNextTickAsync(timeout.Token);
            }
        }
    }
}
