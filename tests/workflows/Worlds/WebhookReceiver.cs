using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>Stands in for the API's <c>POST /v1/events</c>: hands the other teams' events to their orders and payouts as signals.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public static async Task<WebhookReceiver> StartAsync(ITemporalClient client)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.MapPost("/v1/events", (HttpRequest request) => ReceiveAsync(request, client));
        await app.StartAsync();
        return new WebhookReceiver(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<IResult> ReceiveAsync(HttpRequest request, ITemporalClient client)
    {
        var published = await JsonSerializer.DeserializeAsync<PartnerEvent>(request.Body, OrderJson.Options);
        try
        {
            var workflowId = published!.Type.StartsWith("finance.", StringComparison.Ordinal)
                ? SettlementTemporal.PayoutWorkflowId(published.Subject)
                : OrderTemporal.WorkflowId(published.Subject);
            await client.GetWorkflowHandle(workflowId).SignalAsync("partner-event", [published]);
            return Results.Accepted();
        }
        catch (RpcException failure) when (failure.Code == RpcException.StatusCode.NotFound)
        {
            // An event about a member or a closed order: the API's business, not the workflow's.
            return Results.Accepted();
        }
    }
}
