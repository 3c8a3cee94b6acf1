using Microsoft.AspNetCore.Mvc;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Problems;

/// <summary>Every problem of this API: its slug and its HTTP status. Source of the problems in the OpenAPI document.</summary>
internal static class ProblemTypes
{
    public const string MalformedRequest = "malformed-request";
    public const string NotFound = "not-found";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string Unavailable = "unavailable";
    public const string InternalError = "internal-error";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string NotAcceptable = "not-acceptable";
    public const string PayloadTooLarge = "payload-too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string TooManyRequests = "too-many-requests";
    public const string RequestRefused = "request-refused";
    public const string IdempotencyKeyMissing = "idempotency-key-missing";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string RequestInProgress = "request-in-progress";
    public const string EmptyCart = "empty-cart";
    public const string UnknownAddress = "unknown-address";
    public const string TooManyAddresses = "too-many-addresses";
    public const string OrderAmountTooLarge = "order-amount-too-large";
    public const string PaymentMethodNotTaken = "payment-method-not-taken";
    public const string PhoneNotTheMembers = "phone-not-the-members";
    public const string PhoneNotVerifiable = "phone-not-verifiable";
    public const string TooManyUnpaidOrders = "too-many-unpaid-orders";
    public const string OrdersOpen = "orders-open";
    public const string MembersOrder = "members-order";
    public const string PersonalDataErased = "personal-data-erased";
    public const string UnknownEventType = "unknown-event-type";

    private static readonly Dictionary<string, int> Statuses = new(StringComparer.Ordinal)
    {
        [MalformedRequest] = StatusCodes.Status400BadRequest,
        [IdempotencyKeyMissing] = StatusCodes.Status400BadRequest,
        [Unauthorized] = StatusCodes.Status401Unauthorized,
        [Forbidden] = StatusCodes.Status403Forbidden,
        [NotFound] = StatusCodes.Status404NotFound,
        [MethodNotAllowed] = StatusCodes.Status405MethodNotAllowed,
        [NotAcceptable] = StatusCodes.Status406NotAcceptable,
        [TooManyUnpaidOrders] = StatusCodes.Status409Conflict,
        [OrdersOpen] = StatusCodes.Status409Conflict,
        [MembersOrder] = StatusCodes.Status409Conflict,
        [PersonalDataErased] = StatusCodes.Status409Conflict,
        [RequestInProgress] = StatusCodes.Status409Conflict,
        [PayloadTooLarge] = StatusCodes.Status413PayloadTooLarge,
        [UnsupportedMediaType] = StatusCodes.Status415UnsupportedMediaType,
        [IdempotencyKeyReused] = StatusCodes.Status422UnprocessableEntity,
        [EmptyCart] = StatusCodes.Status422UnprocessableEntity,
        [UnknownAddress] = StatusCodes.Status422UnprocessableEntity,
        [TooManyAddresses] = StatusCodes.Status422UnprocessableEntity,
        [OrderAmountTooLarge] = StatusCodes.Status422UnprocessableEntity,
        [PaymentMethodNotTaken] = StatusCodes.Status422UnprocessableEntity,
        [PhoneNotTheMembers] = StatusCodes.Status422UnprocessableEntity,
        [PhoneNotVerifiable] = StatusCodes.Status422UnprocessableEntity,
        [UnknownEventType] = StatusCodes.Status422UnprocessableEntity,
        [TooManyRequests] = StatusCodes.Status429TooManyRequests,
        [InternalError] = StatusCodes.Status500InternalServerError,
        [Unavailable] = StatusCodes.Status503ServiceUnavailable,
        [RequestRefused] = StatusCodes.Status400BadRequest,
    };

    private static readonly Dictionary<string, int> Rejections = new(StringComparer.Ordinal)
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
        [RefusalSlugs.TooManyUnits] = StatusCodes.Status422UnprocessableEntity,
        [RefusalSlugs.TooManyReturns] = StatusCodes.Status409Conflict,
        [RefusalSlugs.AddressChangesPrice] = StatusCodes.Status409Conflict,
        [RefusalSlugs.OrderBusy] = StatusCodes.Status409Conflict,
        [RefusalSlugs.TeamUnavailable] = StatusCodes.Status409Conflict,
    };

    /// <summary>Every slug with its status.</summary>
    public static IReadOnlyDictionary<string, int> All { get; } = Statuses.Concat(Rejections).ToDictionary(StringComparer.Ordinal);

    public static string Uri(string slug) => "/problems/" + slug;

    /// <summary>The slug in words: <c>stock-shortage</c> is "Stock shortage".</summary>
    public static string Title(string slug) => char.ToUpperInvariant(slug[0]) + slug[1..].Replace('-', ' ');

    /// <summary>The HTTP status of a rejection by an order; <c>null</c> for an unknown slug.</summary>
    public static int? StatusOfRefusal(string? slug) => slug is not null && Rejections.TryGetValue(slug, out var status) ? status : null;

    /// <summary>Sets type and title of problems created by the framework (404 of a route, 405, 415, 500 …), and removes the trace id.</summary>
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
            405 => MethodNotAllowed,
            406 => NotAcceptable,
            413 => PayloadTooLarge,
            415 => UnsupportedMediaType,
            429 => TooManyRequests,
            503 => Unavailable,
            >= 500 => InternalError,
            _ => RequestRefused,
        };
        problem.Type = Uri(slug);
        problem.Title = Title(slug);
        problem.Extensions.Remove("traceId");
    }
}
