using System.Text;
using System.Text.Json;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Timeline;

/// <summary>
/// An order's timeline as server-sent events: <c>id</c> is the event's id, <c>event</c> its type, <c>data</c> the CloudEvent. It starts after
/// <paramref name="lastEventId"/> (from the beginning if that is unknown) and ends when the caller disconnects or the host stops. Written by hand, because
/// <c>TypedResults.ServerSentEvents</c> does not support comment lines, which keep an idle connection open.
/// </summary>
internal sealed class TimelineStream(
    string orderId, string lastEventId, IOrderEvents events, TimelineSignals signals, CancellationToken stopping) : IResult
{
    private const int PageSize = 200;

    // Proxies close idle connections; a comment line keeps the connection open, and clients ignore it.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-cache";
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        using var listener = signals.Listen(orderId);
        try
        {
            await httpContext.Response.Body.FlushAsync(ended.Token);
            var position = await ResumeAsync(ended.Token);
            while (true)
            {
                position = await WriteAsync(httpContext.Response, position, ended.Token);
                if (!await listener.WaitAsync(Heartbeat, ended.Token))
                {
                    await httpContext.Response.WriteAsync(":\n\n", ended.Token);
                    await httpContext.Response.Body.FlushAsync(ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The caller disconnected or the host stops. The client resumes with Last-Event-ID.
        }
    }

    private async Task<long> ResumeAsync(CancellationToken cancellationToken)
    {
        if (lastEventId.Length == 0)
        {
            return 0;
        }

        return await events.PositionOfAsync(orderId, lastEventId, cancellationToken) ?? 0;
    }

    private async Task<long> WriteAsync(HttpResponse response, long position, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredEvent> page;
        do
        {
            page = await events.PageAsync(orderId, position, PageSize, cancellationToken);
            await response.WriteAsync(Text(page), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            position = page.Count > 0 ? page[^1].Position.Number : position;
        }
        while (page.Count == PageSize);

        return position;
    }

    private static string Text(IReadOnlyList<StoredEvent> page)
    {
        var text = new StringBuilder();
        foreach (var stored in page)
        {
            var json = JsonSerializer.Serialize(CloudEventView.Of(stored.Event), OrderJson.Options);
            text.Append("id: ").Append(stored.Event.Id).Append("\nevent: ").Append(stored.Event.Type).Append("\ndata: ").Append(json).Append("\n\n");
        }

        return text.ToString();
    }
}
