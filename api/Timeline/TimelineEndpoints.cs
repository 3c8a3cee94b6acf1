using System.Security.Claims;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;

namespace OrderOrchestration.Api.Timeline;

/// <summary><c>GET /v1/orders/{orderId}/events</c>: the order's story as a list, or as a stream for who asks for <c>text/event-stream</c>.</summary>
internal static class TimelineEndpoints
{
    public static void MapTimeline(this IEndpointRouteBuilder orders) => orders.MapGet("/{orderId}/events", GetAsync)
        .WithSummary("The order's CloudEvents, oldest first.")
        .WithDescription("With Accept: text/event-stream they stream as they happen; Last-Event-ID resumes after the event of that id.")
        .Produces<CloudEventList>(StatusCodes.Status200OK, "application/json", "text/event-stream")
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        string orderId,
        HttpContext context,
        ClaimsPrincipal user,
        OrderAccess access,
        IOrderQueries queries,
        TimelineSignals signals,
        IHostApplicationLifetime lifetime)
    {
        var found = await access.FindAsync(user, orderId, context.RequestAborted);
        if (found.Problem is not null)
        {
            return found.Problem;
        }

        if (WantsStream(context.Request))
        {
            return new TimelineStream(orderId, context.Request.Headers["Last-Event-ID"].ToString(), queries, signals, lifetime.ApplicationStopping);
        }

        var events = await queries.EventsOfAsync(orderId, 0, context.RequestAborted);
        return TypedResults.Ok(new CloudEventList([.. events.Select(stored => CloudEventView.Of(stored.Event))]));
    }

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));
}
