using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Outbox;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Storage.Subscribers;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class DeliveringNotificationsTests(DatabaseKind kind)
{
    private readonly MutableClock clock = new();
    private readonly NotificationTeam team = new();
    private readonly List<ServiceProvider> workers = [];
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("orders-outbox-");
    private IConfiguration configuration = null!;

    [SetUp]
    public void NewDatabase() => configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Data:Directory"] = directory.FullName,
        ["ConnectionStrings:Orders"] = kind == DatabaseKind.Sqlite ? null : PrivatePostgreSql.NewDatabase(),
        [OrderStoreServices.UpgradesItself] = "true",
        ["Partners:Notification:BaseUrl"] = "http://notification.test/api",
    }).Build();

    [TearDown]
    public async Task StopWorkersAsync()
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        directory.Delete(recursive: true);
    }

    [Test]
    public async Task A_notification_goes_to_the_team_with_its_key_and_is_delivered()
    {
        var worker = NewWorker();
        var orderId = await WriteAsync(worker);
        await Relay(worker).DeliverDueAsync(default);
        var more = await Relay(worker).DeliverDueAsync(default);

        var sent = team.Sent.Single();
        Assert.That(sent.Path, Is.EqualTo("/api/notifications"));
        Assert.That(sent.Key, Is.EqualTo($"{orderId}/notification/order-placed/1"));
        Assert.That(sent.Body.GetProperty("to").GetString(), Is.EqualTo("m-1"));
        Assert.That(sent.Body.GetProperty("template").GetString(), Is.EqualTo("order-placed"));
        Assert.That(sent.Body.GetProperty("data").GetProperty("orderId").GetString(), Is.EqualTo(orderId));
        Assert.That(more, Is.Zero);
        Assert.That(await CountAsync(worker), Is.EqualTo(new Dictionary<string, long> { ["delivered"] = 1 }));
    }

    [Test]
    public async Task A_notification_that_is_written_twice_goes_out_once()
    {
        var worker = NewWorker();
        var order = Snapshots.Of(Orders.NewId());
        var record = Orders.Record(order, 1) with { Notifications = [Orders.Notification(order.OrderId)] };
        await worker.GetRequiredService<IOrderStore>().WriteAsync(record, default);
        await Relay(worker).DeliverDueAsync(default);
        await worker.GetRequiredService<IOrderStore>().WriteAsync(record, default);
        await Relay(worker).DeliverDueAsync(default);

        Assert.That(team.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Many_workers_deliver_each_notification_once()
    {
        var five = Enumerable.Range(0, 5).Select(_ => NewWorker()).ToList();
        for (var i = 0; i < 30; i++)
        {
            await WriteAsync(five[0]);
        }

        await Task.WhenAll(five.Select(worker => Task.Run(async () =>
        {
            while (await Relay(worker).DeliverDueAsync(default) > 0)
            {
            }
        })));

        Assert.That(team.Sent.Select(sent => sent.Key), Is.Unique);
        Assert.That(team.Sent, Has.Count.EqualTo(30));
        Assert.That((await CountAsync(five[0]))["delivered"], Is.EqualTo(30));
    }

    [Test]
    public async Task What_a_dead_worker_had_claimed_is_delivered_by_another_when_the_lease_ends()
    {
        var worker = NewWorker();
        await WriteAsync(worker);
        await worker.GetRequiredService<INotificationOutbox>().ClaimAsync("dead", 10, TimeSpan.FromMinutes(2), default);
        var during = await Relay(worker).DeliverDueAsync(default);
        clock.Advance(TimeSpan.FromMinutes(2));
        var after = await Relay(worker).DeliverDueAsync(default);
        await worker.GetRequiredService<INotificationOutbox>().MoveToDeadLettersAsync(team.Sent.Single().Key, "dead", "too late to say", default);

        Assert.That((during, after), Is.EqualTo((0, 1)));
        Assert.That((await CountAsync(worker))["delivered"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_team_in_trouble_is_asked_again_later_and_later_with_the_same_key()
    {
        var worker = NewWorker();
        await WriteAsync(worker);
        team.Answers.Enqueue(HttpStatusCode.ServiceUnavailable);
        team.Answers.Enqueue(HttpStatusCode.TooManyRequests);
        await Relay(worker).DeliverDueAsync(default);
        Assert.That(await Relay(worker).DeliverDueAsync(default), Is.Zero, "not before its pause");
        clock.Advance(TimeSpan.FromSeconds(1.3));
        await Relay(worker).DeliverDueAsync(default);
        clock.Advance(TimeSpan.FromSeconds(1.3));
        Assert.That(await Relay(worker).DeliverDueAsync(default), Is.Zero, "the second pause is twice the first");
        clock.Advance(TimeSpan.FromSeconds(1.3));
        await Relay(worker).DeliverDueAsync(default);

        Assert.That(team.Sent, Has.Count.EqualTo(3));
        Assert.That(team.Sent.Select(sent => sent.Key).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await CountAsync(worker))["delivered"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_notification_that_the_team_refuses_for_good_is_dead_until_an_operator_revives_it()
    {
        var worker = NewWorker();
        var orderId = await WriteAsync(worker);
        team.Answers.Enqueue(HttpStatusCode.BadRequest);
        await Relay(worker).DeliverDueAsync(default);
        Assert.That(await CountAsync(worker), Is.EqualTo(new Dictionary<string, long> { ["dead"] = 1 }));

        var outbox = worker.GetRequiredService<INotificationOutbox>();
        Assert.That(await outbox.RequeueAsync($"{orderId}/notification/order-placed/1", default), Is.True);
        await Relay(worker).DeliverDueAsync(default);
        Assert.That((await CountAsync(worker))["delivered"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_notification_that_fails_for_too_long_is_dead()
    {
        var worker = NewWorker();
        await WriteAsync(worker);
        clock.Advance(TimeSpan.FromDays(1));
        team.Answers.Enqueue(HttpStatusCode.ServiceUnavailable);
        await Relay(worker).DeliverDueAsync(default);

        Assert.That(await CountAsync(worker), Is.EqualTo(new Dictionary<string, long> { ["dead"] = 1 }));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task What_a_stopping_worker_had_claimed_is_free_for_others_at_once(CancellationToken cancellationToken)
    {
        var stopping = NewWorker();
        await WriteAsync(stopping);
        await WriteAsync(stopping);
        using var asked = new SemaphoreSlim(0);
        team.Before = async token =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, token);
        };
        await Relay(stopping).StartAsync(cancellationToken);
        await asked.WaitAsync(cancellationToken);
        await Relay(stopping).StopAsync(cancellationToken);
        team.Before = _ => Task.CompletedTask;

        Assert.That(await Relay(NewWorker()).DeliverDueAsync(cancellationToken), Is.EqualTo(2));
        Assert.That((await CountAsync(stopping))["delivered"], Is.EqualTo(2));
    }

    private static NotificationRelay Relay(ServiceProvider worker) => worker.GetRequiredService<NotificationRelay>();

    private static Task<IReadOnlyDictionary<string, long>> CountAsync(ServiceProvider worker) =>
        worker.GetRequiredService<INotificationOutbox>().CountAsync(default);

    private static async Task<string> WriteAsync(ServiceProvider worker)
    {
        var order = Snapshots.Of(Orders.NewId());
        await worker.GetRequiredService<IOrderStore>()
            .WriteAsync(Orders.Record(order, 1) with { Notifications = [Orders.Notification(order.OrderId)] }, default);
        return order.OrderId;
    }

    private ServiceProvider NewWorker()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddOrderStore(configuration);
        services.AddNotificationRelay(configuration);
        services.AddHttpClient<NotificationClient>().ConfigurePrimaryHttpMessageHandler(() => team.NewHandler());
        var worker = services.BuildServiceProvider();
        workers.Add(worker);
        return worker;
    }
}

/// <summary>The notification team at the edge of HTTP: accepts everything unless a test queues other answers.</summary>
internal sealed class NotificationTeam
{
    public ConcurrentQueue<(string Path, string Key, JsonElement Body)> Sent { get; } = [];

    public ConcurrentQueue<HttpStatusCode> Answers { get; } = [];

    /// <summary>Awaited before a call is answered.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public HttpMessageHandler NewHandler() => new Handler(this);

    private sealed class Handler(NotificationTeam team) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonSerializer.Deserialize<JsonElement>(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            team.Sent.Enqueue((request.RequestUri!.AbsolutePath, request.Headers.GetValues("Idempotency-Key").Single(), body));
            await team.Before(cancellationToken);
            return new HttpResponseMessage(team.Answers.TryDequeue(out var status) ? status : HttpStatusCode.Accepted);
        }
    }
}
