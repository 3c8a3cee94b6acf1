using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Activities.Subscribers;

namespace OrderOrchestration.Tests.Storage.Subscribers;

/// <summary>A worker that delivers events to subscribers, in this process; stopped in order or abandoned as a test wants.</summary>
internal sealed class SubscriberHost(ServiceProvider services) : IAsyncDisposable
{
    private readonly IHostedService relay = services.GetServices<IHostedService>().Single(service => service.GetType().Name == "EventRelay");

    public static async Task<SubscriberHost> StartAsync(IConfiguration configuration, TimeProvider clock, Receiver receiver)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(clock);
        collection.AddOrderStore(configuration);
        collection.AddEventRelay(configuration);
        collection.AddHttpClient("EventSender").ConfigurePrimaryHttpMessageHandler(receiver.NewHandler);
        var host = new SubscriberHost(collection.BuildServiceProvider());
        foreach (var subscriber in SubscriberSettings.Read(configuration))
        {
            await host.Store<ISubscriberQueues>().RegisterAsync(subscriber.Name, default);
        }

        return host;
    }

    public T Store<T>()
        where T : notnull => services.GetRequiredService<T>();

    public Task RunAsync() => relay.StartAsync(default);

    public Task StopAsync() => relay.StopAsync(default);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await services.DisposeAsync();
    }
}

/// <summary>A clock that runs as the wall does and can be put forward.</summary>
internal sealed class RunningClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}

/// <summary>A subscriber at the edge of HTTP: accepts everything unless a test sets other answers.</summary>
internal sealed class Receiver
{
    /// <summary>What came, whether it was taken or not.</summary>
    public ConcurrentQueue<Received> Came { get; } = [];

    /// <summary>What was taken; an answer that was lost on its way counts.</summary>
    public ConcurrentQueue<Received> Taken { get; } = [];

    /// <summary>Answers an event; an exception is an answer that is lost after the event was taken.</summary>
    public Func<Received, CancellationToken, Task<HttpStatusCode>> Answer { get; set; } = (_, _) => Task.FromResult(HttpStatusCode.NoContent);

    public IReadOnlyList<string> TakenOf(string orderId) => [.. Taken.Where(event_ => event_.OrderId == orderId).Select(event_ => event_.EventId)];

    public HttpMessageHandler NewHandler() => new Handler(this);

    private sealed class Handler(Receiver receiver) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            var received = Received.Of(request, body);
            receiver.Came.Enqueue(received);
            try
            {
                var status = await receiver.Answer(received, cancellationToken);
                if ((int)status is >= 200 and < 300)
                {
                    receiver.Taken.Enqueue(received);
                }

                return new HttpResponseMessage(status);
            }
            catch (HttpRequestException)
            {
                receiver.Taken.Enqueue(received);
                throw;
            }
        }
    }
}

/// <summary>One request of ours to a subscriber.</summary>
internal sealed record Received(string MessageId, string Timestamp, string Signature, string? ContentType, byte[] Body, JsonElement Event)
{
    public string OrderId => Event.GetProperty("subject").GetString()!;

    public string EventId => Event.GetProperty("id").GetString()!;

    public byte[] SignedContent => [.. Encoding.UTF8.GetBytes($"{MessageId}.{Timestamp}."), .. Body];

    public static Received Of(HttpRequestMessage request, byte[] body) => new(
        request.Headers.GetValues("webhook-id").Single(),
        request.Headers.GetValues("webhook-timestamp").Single(),
        request.Headers.GetValues("webhook-signature").Single(),
        request.Content!.Headers.ContentType?.MediaType,
        body,
        JsonSerializer.Deserialize<JsonElement>(body));
}
