using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Partners.Support;

/// <summary>A webhook request as it arrived, before anything was read into it.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, string ContentType, string Body)
{
    public JsonElement Event { get; } = JsonDocument.Parse(Body).RootElement.Clone();

    public string Type => Event.GetProperty("type").GetString()!;

    public JsonElement Data => Event.GetProperty("data");
}

/// <summary>Stands in for the order API: receives <c>POST /v1/events</c> and answers as the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();

    private WebhookReceiver(WebApplication app) => this.app = app;

    /// <summary>Every request, in the order of arrival.</summary>
    public IReadOnlyList<Received> All => [.. received];

    /// <summary>The status to answer, by event and by how often this event had arrived before.</summary>
    public Func<Received, int, int> Answer { get; set; } = (_, _) => StatusCodes.Status202Accepted;

    public string Address => app.Urls.Single();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build());
        receiver.app.MapPost("/v1/events", receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public IReadOnlyList<string> TypesOf(string prefix) => [.. All.Select(r => r.Type).Where(t => t.StartsWith(prefix, StringComparison.Ordinal))];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var message = new Received(
            request.Headers["webhook-id"].ToString(),
            request.Headers["webhook-timestamp"].ToString(),
            request.Headers["webhook-signature"].ToString(),
            request.ContentType ?? string.Empty,
            await reader.ReadToEndAsync());
        var before = received.Count(r => r.Id == message.Id);
        received.Enqueue(message);
        return Results.StatusCode(Answer(message, before));
    }
}
