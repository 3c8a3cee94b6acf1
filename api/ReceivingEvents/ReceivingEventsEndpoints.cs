using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary><c>POST /v1/events</c>: where the other teams send their CloudEvents.</summary>
internal static class ReceivingEventsEndpoints
{
    public static void AddReceivingEvents(this IServiceCollection services)
    {
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSignature>();
        services.AddSingleton<PayoutEvents>();
        services.AddSingleton<EventRouter>();
    }

    public static void MapReceivingEvents(this IEndpointRouteBuilder v1) => v1.MapPost("/events", ReceiveAsync)
        .AllowAnonymous() // Who sends is known by the signature.
        .WithTags("events")
        .WithSummary("The other teams' CloudEvents, signed per Standard Webhooks.")
        .WithDescription("Structured, binary or batch. A repeated id of the same source changes nothing.")
        .Produces(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, WebhookSignature signature, EventRouter router, IOptions<OrderApiOptions> options)
    {
        var body = await BodyAsync(context.Request, options.Value.MaxBodyBytes, context.RequestAborted);
        if (signature.SourceOf(context.Request.Headers, body) is not { } source)
        {
            return Problem.Of(
                StatusCodes.Status401Unauthorized, ProblemTypes.Unauthorized, "The signature is not that of a team we know, or its time is not now.");
        }

        if (!IncomingEvents.HasEvents(context.Request))
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "This call takes CloudEvents in JSON.");
        }

        IReadOnlyList<PartnerEvent> events;
        try
        {
            events = IncomingEvents.Read(context.Request, body);
        }
        catch (FormatException e)
        {
            return Problem.Malformed("$", "no valid CloudEvent: " + e.Message);
        }

        return events.Select(partnerEvent => Refuse(partnerEvent, source)).FirstOrDefault(refusal => refusal is not null)
            ?? await HandOnAsync(events, router, context.RequestAborted);
    }

    private static ProblemHttpResult? Refuse(PartnerEvent partnerEvent, string source)
    {
        if (!string.Equals(partnerEvent.Source, source, StringComparison.Ordinal))
        {
            return Problem.Of(
                StatusCodes.Status401Unauthorized, ProblemTypes.Unauthorized, "The event's source is not the team that signed.");
        }

        if (!EventCatalogue.Admits(source, partnerEvent.Type))
        {
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                "unknown-event-type",
                "This team does not publish events of this type to us; see /v1/event-types.",
                [KeyValuePair.Create("eventType", (object?)partnerEvent.Type)]);
        }

        // In binary mode the signature covers the data alone: what it is about must agree with the header that says so.
        var subject = partnerEvent.Type.Split('.')[0] switch
        {
            "payment" or "logistics" => "orderId",
            "finance" => "payoutId",
            _ => null,
        };
        return subject is not null && partnerEvent.Data.TryGetProperty(subject, out var named) && named.ToString() != partnerEvent.Subject
            ? Problem.Malformed("subject", $"is not the {subject} of the data")
            : null;
    }

    // In the order they were sent: events of one order tell a story.
    private static async Task<IResult> HandOnAsync(IReadOnlyList<PartnerEvent> events, EventRouter router, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        foreach (var partnerEvent in events)
        {
            if (!await router.HandOnAsync(partnerEvent, cancellationToken))
            {
                unknown.Add(partnerEvent.Subject);
            }
        }

        return unknown.Count == 0
            ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
            : Problem.Of(
                StatusCodes.Status404NotFound,
                ProblemTypes.NotFound,
                "There is no such order or payout. Other events of the batch were received.",
                [KeyValuePair.Create("unknown", (object?)unknown)]);
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > limit)
            {
                throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return body.ToArray();
    }
}
