using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary><c>POST /v1/events</c>: receives the other teams' CloudEvents.</summary>
internal static class ReceivingEventsEndpoints
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void AddReceivingEvents(this IServiceCollection services)
    {
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSignature>();
        services.AddSingleton<PayoutEvents>();
        services.AddSingleton<EventDelivery>();
        services.AddCountersFromTheStart(() => OrderMetrics.ShowApisCounters(
            EventCatalogue.All.Where(type => type.Direction == EventDirection.Received).Select(type => (type.Type.Split('.')[0], type.Type))));
        services.AddHostedService<ProductEventFanOut>();
    }

    // The sender is authenticated by the signature; teams are not rate limited (contract §1).
    public static RouteHandlerBuilder MapReceivingEvents(this IEndpointRouteBuilder v1) => v1.MapPost("/events", ReceiveAsync)
        .AllowAnonymous()
        .DisableRateLimiting()
        .Accepts<CloudEventView>(IncomingEvents.Structured, IncomingEvents.Batch)
        .WithTags("events")
        .WithSummary("The other teams' CloudEvents, signed per Standard Webhooks.")
        .WithDescription(
            "Structured or batch; the binary form is 415, since its headers are not signed. A repeated id of the same source changes nothing. A batch with an "
            + "event that cannot be read, or that its team may not send, is refused whole; otherwise each event is received by itself.")
        .Produces(StatusCodes.Status202Accepted)
        .ProducesProblems(
            ProblemTypes.MalformedRequest, ProblemTypes.Unauthorized, ProblemTypes.NotFound, ProblemTypes.PayloadTooLarge,
            ProblemTypes.UnsupportedMediaType, ProblemTypes.UnknownEventType);

    private static async Task<IResult> ReceiveAsync(HttpContext context, WebhookSignature signature, EventDelivery delivery)
    {
        if (!context.Request.HasContentType(IncomingEvents.Structured, IncomingEvents.Batch))
        {
            return Problem.Of(
                StatusCodes.Status415UnsupportedMediaType, ProblemTypes.UnsupportedMediaType, "This call takes CloudEvents in JSON, structured or in a batch.");
        }

        var body = await RequestBody.BytesAsync(context.Request, context.RequestAborted);
        if (TextOf(body) is not { } text)
        {
            return Problem.Malformed("$", "is no UTF-8");
        }

        if (signature.SourceOf(context.Request.Headers, text) is not { } source)
        {
            WebhookCounts.Add(source: null, type: null, WebhookOutcome.BadSignature);
            return Problem.Of(
                StatusCodes.Status401Unauthorized, ProblemTypes.Unauthorized, "The signature is not that of a team we know, or its time is not now.");
        }

        var (events, problem) = IncomingEvents.Read(context.Request.ContentType, body);
        var refused = problem ?? events.Select(partnerEvent => Refuse(partnerEvent, source)).FirstOrDefault(refusal => refusal is not null);
        if (refused is not null)
        {
            WebhookCounts.Add(source, type: null, WebhookOutcome.Malformed);
            return refused;
        }

        return Answer(await delivery.DeliverAsync(source, events, context.RequestAborted));
    }

    private static bool HasContentType(this HttpRequest request, params string[] mediaTypes) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && mediaTypes.Any(mediaType => type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));

    private static string? TextOf(byte[] body)
    {
        try
        {
            return Utf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static ProblemHttpResult? Refuse(PartnerEvent partnerEvent, string source)
    {
        if (!string.Equals(partnerEvent.Source, source, StringComparison.Ordinal))
        {
            return Problem.Of(
                StatusCodes.Status401Unauthorized, ProblemTypes.Unauthorized, "The event's source is not the team that signed.");
        }

        return EventCatalogue.Admits(source, partnerEvent.Type)
            ? null
            : Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                ProblemTypes.UnknownEventType,
                "This team does not publish events of this type to us; see /v1/event-types.",
                [KeyValuePair.Create("eventType", (object?)partnerEvent.Type)]);
    }

    private static IResult Answer(IReadOnlyCollection<string> unknown) => unknown.Count == 0
        ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
        : Problem.Of(
            StatusCodes.Status404NotFound,
            ProblemTypes.NotFound,
            "There is no such order or payout. Other events of the batch were received.",
            [KeyValuePair.Create("unknown", (object?)unknown)]);
}
