using OrderOrchestration.Tests.Api;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>On SIGTERM a worker stops polling, lets the activities it runs come to their end for a time, and leaves (contract §5).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GracefulEndTests
{
    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(3));
    private readonly SemaphoreSlim answer = new(0);
    private TestEnvironment environment = null!;

    [SetUp]
    public async Task StartAsync()
    {
        environment = await TestEnvironment.StartAsync();
        environment.Teams.Before = call => call.Path.EndsWith("/stock-reservations", StringComparison.Ordinal) ? answer.WaitAsync() : Task.CompletedTask;
    }

    [TearDown]
    public async Task StopAsync()
    {
        answer.Release(100);
        await environment.DisposeAsync();
        answer.Dispose();
        timeout.Dispose();
    }

    [Test]
    public async Task An_activity_that_runs_comes_to_its_end_and_then_the_worker_leaves()
    {
        await using var worker = await StartWorkerAsync("00:01:00");
        await PlaceUntilTheCallAsync();
        await worker.SignalAsync("TERM");
        await worker.LineAsync("Application is shutting down");
        answer.Release();

        Assert.That(await worker.ExitCodeAsync(), Is.Zero, worker.Output);

        // Its result was reported: the next worker goes on after it and does not call again.
        await using var next = await StartWorkerAsync("00:01:00");
        await environment.Teams.CallAsync("POST", "/payments", timeout.Token);
        var reservations = environment.Teams.Calls.Count(call => call.Path.EndsWith("/stock-reservations", StringComparison.Ordinal));
        Assert.That(reservations, Is.EqualTo(1));
    }

    [Test]
    public async Task An_activity_that_does_not_come_to_its_end_does_not_hold_the_worker()
    {
        await using var worker = await StartWorkerAsync("00:00:01");
        await PlaceUntilTheCallAsync();
        await worker.SignalAsync("TERM");

        Assert.That(await worker.ExitCodeAsync(), Is.Zero, worker.Output);
    }

    private async Task<ChildProcess> StartWorkerAsync(string shutdownTimeout)
    {
        var worker = ProgramProcess.Worker(environment.Environment(
            ("Management__Url", Ports.FreeAddress()),
            ("Worker__ShutdownTimeout", shutdownTimeout),
            ("Partners__Product__CallTimeout", "00:01:00")));
        await worker.LineAsync("Application started");
        return worker;
    }

    /// <summary>Places an order whose reservation is under way when this returns.</summary>
    private async Task PlaceUntilTheCallAsync()
    {
        var settings = environment.Environment().Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value));
        await using var api = await ApiHost.StartAsync(options: options => options.DecisionTimeout = TimeSpan.FromSeconds(1), settings: settings);
        using var customer = api.Customer();
        using var placed = await customer.PostAsync("/v1/orders", Order, "k-1", timeout.Token);
        Assert.That((int)placed.StatusCode, Is.EqualTo(202), await placed.Content.ReadAsStringAsync(timeout.Token));
        await environment.Teams.CallAsync("POST", "/stock-reservations", timeout.Token);
    }

    private static readonly object Order = new
    {
        memberId = "m-1",
        lines = new[] { new { productId = "p-100", quantity = 1 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
        payment = new { method = "card" },
    };
}
