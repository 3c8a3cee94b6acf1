using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>A subscriber over real HTTP receives an order's events as they are on its timeline.</summary>
public sealed class SubscriberOverHttpTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    [Test]
    [CancelAfter(90_000)]
    public async Task An_orders_events_arrive_signed_and_in_the_order_of_its_timeline(CancellationToken cancellationToken)
    {
        var received = new ConcurrentQueue<JsonElement>();
        await using var subscriber = await ListenAsync(received, cancellationToken);
        await using var system = await WholeSystem.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Subscribers:Crm:Url"] = subscriber.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook",
            ["Subscribers:Crm:Secret"] = Secret,
            ["Subscribers:Crm:Types"] = "order.*",
            ["EventRelay:FirstPause"] = "00:00:00.050",
        });
        using var customer = system.Api.Customer("m-1");
        using var placed = await customer.PostAsync(
            "/v1/orders",
            new
            {
                memberId = "m-1",
                lines = new[] { new { productId = "p-101", quantity = 2 } },
                shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
                payment = new { method = "card" },
            },
            "k-1",
            cancellationToken);
        var orderId = (await placed.JsonAsync()).Text("orderId");
        var timeline = await system.UntilAsync(customer, orderId, "order.delivered", cancellationToken);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (received.All(e => e.Text("type") != "order.delivered"))
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        Assert.That(
            received.Where(e => e.Text("subject") == orderId).Select(e => e.Text("id")),
            Is.EqualTo(timeline.Where(e => e.Text("type").StartsWith("order.", StringComparison.Ordinal)).Select(e => e.Text("id"))));
    }

    // Refuses every third request, and what is not signed.
    private static async Task<WebApplication> ListenAsync(ConcurrentQueue<JsonElement> received, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var requests = 0;
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync(cancellationToken);
            var content = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{body}";
            var signature = HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes(content));
            if (request.Headers["webhook-signature"] != "v1," + Convert.ToBase64String(signature))
            {
                return Results.StatusCode((int)HttpStatusCode.Unauthorized);
            }

            if (Interlocked.Increment(ref requests) % 3 == 0)
            {
                return Results.StatusCode((int)HttpStatusCode.ServiceUnavailable);
            }

            received.Enqueue(JsonSerializer.Deserialize<JsonElement>(body));
            return Results.NoContent();
        });
        await app.StartAsync(cancellationToken);
        return app;
    }
}
