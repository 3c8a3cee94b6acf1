using Microsoft.AspNetCore.Mvc;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Problems;

/// <summary>The slugs of this API's problems, and the status that goes with each refusal of an order.</summary>
internal static class ProblemTypes
{
    public const string MalformedRequest = "malformed-request";
    public const string NotFound = "not-found";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string Unavailable = "unavailable";
    public const string IdempotencyKeyMissing = "idempotency-key-missing";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string RequestInProgress = "request-in-progress";

    private static readonly Dictionary<string, int> Refusals = new(StringComparer.Ordinal)
    {
        [RefusalSlugs.MinimumOrderAmount] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.TooManyItems] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.NotOnSale] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.CouponRejected] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.PointsRejected] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.IdentityVerificationRequired] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.UndeliverableAddress] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.UnknownLine] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.UnknownReason] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.ActionNotAllowed] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.UnknownRefund] = StatusCodes.Status404NotFound,
        [RefusalSlugs.StockShortage] = StatusCodes.Status409Conflict,
        [RefusalSlugs.PaymentInProgress] = StatusCodes.Status409Conflict,
        [RefusalSlugs.NotPayable] = StatusCodes.Status409Conflict,
        [RefusalSlugs.NoOpenPayment] = StatusCodes.Status409Conflict,
        [RefusalSlugs.AlreadyShipped] = StatusCodes.Status409Conflict,
        [RefusalSlugs.DispatchRefused] = StatusCodes.Status409Conflict,
        [RefusalSlugs.AlreadyClosed] = StatusCodes.Status409Conflict,
        [RefusalSlugs.AlreadyDispatched] = StatusCodes.Status409Conflict,
        [RefusalSlugs.NotDelivered] = StatusCodes.Status409Conflict,
        [RefusalSlugs.RefundOpen] = StatusCodes.Status409Conflict,
        [RefusalSlugs.ReturnWindowClosed] = StatusCodes.Status409Conflict,
        [RefusalSlugs.NothingToRefund] = StatusCodes.Status409Conflict,
        [RefusalSlugs.RefundAlreadyDecided] = StatusCodes.Status409Conflict,
        [RefusalSlugs.AlreadyClaimed] = StatusCodes.Status409Conflict,
        [RefusalSlugs.NotStuck] = StatusCodes.Status409Conflict,
        [RefusalSlugs.OrderNeedsAttention] = StatusCodes.Status409Conflict,
    };

    public static string Uri(string slug) => "/problems/" + slug;

    /// <summary>The slug in words: <c>stock-shortage</c> is "Stock shortage".</summary>
    public static string Title(string slug) => char.ToUpperInvariant(slug[0]) + slug[1..].Replace('-', ' ');

    /// <summary>The status of a refusal; <c>null</c> for a failure that is no refusal.</summary>
    public static int? StatusOfRefusal(string? slug) => slug is not null && Refusals.TryGetValue(slug, out var status) ? status : null;

    /// <summary>Gives problems that the framework makes (404 of a route, 405, 415, 500 …) a type of ours and takes away what is not for callers.</summary>
    public static void Name(ProblemDetails problem)
    {
        if (problem.Type?.StartsWith("/problems/", StringComparison.Ordinal) == true)
        {
            return;
        }

        var slug = problem.Status switch
        {
            400 => MalformedRequest,
            401 => Unauthorized,
            403 => Forbidden,
            404 => NotFound,
            405 => "method-not-allowed",
            406 => "not-acceptable",
            413 => "payload-too-large",
            415 => "unsupported-media-type",
            503 => Unavailable,
            >= 500 => "internal-error",
            _ => "request-refused",
        };
        problem.Type = Uri(slug);
        problem.Title = Title(slug);
        problem.Extensions.Remove("traceId");
    }
}
