using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>Two APIs and two workers on one PostgreSQL and one Temporal server, one of each killed with orders in flight: every order goes on, nothing happens twice.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RedundantProgramsTests
{
    private const int Orders = 8;

    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(5));
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
    public async Task One_of_each_killed_with_orders_in_flight_holds_none_of_them_up()
    {
        var database = PrivatePostgreSql.NewDatabase();
        await using (var migration = ProgramProcess.Worker(environment.Environment(("ConnectionStrings__Orders", database)), "migrate"))
        {
            Assert.That(await migration.ExitCodeAsync(), Is.Zero, migration.Output);
        }

        string[] addresses = [Ports.FreeAddress(), Ports.FreeAddress()];
        await using var balancer = await Balancer.StartAsync(addresses);
        environment.Partners.SetOrderApi(balancer.Address);
        await using var firstApi = Api(database, addresses[0]);
        await using var secondApi = Api(database, addresses[1]);
        await using var firstWorker = Worker(database);
        await using var secondWorker = Worker(database);
        await Task.WhenAll(new[] { firstApi, secondApi, firstWorker, secondWorker }.Select(program => program.LineAsync("Application started")));

        var placing = Enumerable.Range(0, Orders).Select(number => GuestOrders.PlaceAsync(http, balancer.Address, $"order-{number}", timeout.Token)).ToList();
        await environment.Teams.CallAsync("POST", "/payments", timeout.Token);
        await Task.WhenAll(firstApi.KillAsync(), firstWorker.KillAsync());

        var orders = await Task.WhenAll(placing);
        await Task.WhenAll(orders.Select(order => UntilDeliveredAsync(balancer.Address, order)));
        var books = environment.Partners.Books;
        Assert.That(books.Imbalances, Is.Empty);
        Assert.That(books.Orders, Has.Count.EqualTo(Orders));
        Assert.That(books.Orders.Select(account => account.CardCharged), Is.All.EqualTo(books.Orders[0].CardCharged), "each was charged once");
    }

    private ChildProcess Api(string database, string address) => ProgramProcess.Api(environment.Environment(
        ("ConnectionStrings__Orders", database), ("ASPNETCORE_URLS", address), ("Auth__Authority", "https://login.test/"), ("Auth__Audience", "orders")));

    private ChildProcess Worker(string database) => ProgramProcess.Worker(environment.Environment(
        ("ConnectionStrings__Orders", database), ("Management__Url", Ports.FreeAddress())));

    private async Task UntilDeliveredAsync(string api, PlacedGuestOrder order)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await GuestOrders.StatusAsync(http, api, order, timeout.Token) != "delivered")
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }
}
