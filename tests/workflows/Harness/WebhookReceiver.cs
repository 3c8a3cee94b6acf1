using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Stands in for the API's <c>POST /v1/events</c>: hands the other teams' events to their orders and payouts as signals.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private OrderRuns? orders;
    private PayoutRuns? payouts;
    private IReceivedEvents? known;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/v1/events", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>From now on events are handed on to the orders and payouts of this harness.</summary>
    public void HandOnTo(OrderRuns runs, PayoutRuns? payoutRuns = null, IReceivedEvents? events = null) => (orders, payouts, known) = (runs, payoutRuns, events);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        var received = (await JsonSerializer.DeserializeAsync<PartnerEvent>(request.Body, OrderJson.Options))!;
        if (!received.Type.StartsWith("finance.", StringComparison.Ordinal))
        {
            await orders!.SignalAsync(received.Subject, received, request.HttpContext.RequestAborted);
            if (known is not null)
            {
                await known.ReceiveAsync(received.Source, [new ReceivedEvent(received.Id, [], Handed: received)], request.HttpContext.RequestAborted);
            }

            return Results.Accepted();
        }

        await payouts!.SignalAsync(received.Subject, received, request.HttpContext.RequestAborted);
        return Results.Accepted();
    }
}
