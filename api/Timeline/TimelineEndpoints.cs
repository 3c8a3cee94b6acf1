using System.Security.Claims;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Limits;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Timeline;

/// <summary><c>GET /v1/orders/{orderId}/events</c>: the order's events as a list, or as a stream where the caller accepts <c>text/event-stream</c>.</summary>
internal static class TimelineEndpoints
{
    private const int MaxEventIdLength = 1_000;
    private static readonly EventListValidator Query = new();

    public static void MapTimeline(this IEndpointRouteBuilder orders) => orders.MapGet("/{orderId}/events", GetAsync)
        .WithSummary("The order's CloudEvents, oldest first.")
        .WithDescription("With Accept: text/event-stream they stream as they happen; Last-Event-ID resumes after the event of that id.")
        .Produces<CloudEventList>(StatusCodes.Status200OK, "application/json", "text/event-stream")
        .ProducesProblems(ProblemTypes.NotFound);

    private static async Task<IResult> GetAsync(
        string orderId,
        [AsParameters] EventListParameters parameters,
        HttpContext context,
        ClaimsPrincipal user,
        OrderAccess access,
        IOrderEvents events,
        TimelineSignals signals,
        StreamLimit streams,
        IHostApplicationLifetime lifetime)
    {
        var found = await access.FindAsync(user, orderId, context.RequestAborted);
        if (found.Problem is not null)
        {
            return found.Problem;
        }

        if (!WantsStream(context.Request) || context.IsHead())
        {
            return await Listing.RunAsync(Query, parameters, () => parameters.ReadAsync(events, orderId, context.RequestAborted));
        }

        var lastEventId = context.Request.Headers["Last-Event-ID"].ToString();
        if (lastEventId.Length > MaxEventIdLength)
        {
            return Problem.Malformed("Last-Event-ID", $"at most {MaxEventIdLength} characters");
        }

        var lease = streams.Acquire(context);
        if (!lease.IsAcquired)
        {
            using (lease)
            {
                return RateLimits.TooMany(context, lease);
            }
        }

        context.Response.RegisterForDispose(lease);
        return new TimelineStream(orderId, lastEventId, events, signals, lifetime.ApplicationStopping);
    }

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));
}
