using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Placing;

/// <summary><c>POST /v1/orders</c>.</summary>
internal static class PlacingEndpoints
{
    private static readonly PlaceOrderValidator Validator = new();

    public static void AddPlacing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrderPolicies(configuration);

        // Transient: they depend on typed HTTP clients, whose handlers IHttpClientFactory rotates.
        services.AddTransient<IOrderFactsSource, OrderFactsSource>();
        services.AddTransient<PlaceOrder>();
        services.AddTransient<OrderContents>();
        services.AddSingleton<PaymentMethods>();
        services.AddHostedService<CartRecovery>();
    }

    // A guest has no token before its first order, so anonymous callers are allowed. PlaceAsync checks that a member's order is placed by that member or by staff.
    public static void MapPlacing(this IEndpointRouteBuilder v1) => v1.MapPost("/orders", PlaceAsync)
        .WithTags("orders")
        .RequireAuthorization(AccessPolicies.Anyone)
        .Accepts<PlaceOrderBody>("application/json")
        .WithSummary("Places an order.")
        .WithDescription(
            "Takes Idempotency-Key. 202 where a team keeps the order from being decided within 10 s: it goes on by itself. "
            + "A guest's answer carries guestToken.")
        .Produces<OrderView>(StatusCodes.Status201Created)
        .Produces<OrderView>(StatusCodes.Status202Accepted)
        .ProducesProblems(
        [
            ProblemTypes.IdempotencyKeyMissing, ProblemTypes.EmptyCart, ProblemTypes.UnknownAddress, ProblemTypes.OrderAmountTooLarge,
            ProblemTypes.PaymentMethodNotTaken, ProblemTypes.Forbidden, RefusalSlugs.MinimumOrderAmount, RefusalSlugs.TooManyItems, RefusalSlugs.NotOnSale,
            RefusalSlugs.CouponRejected, RefusalSlugs.PointsRejected, RefusalSlugs.IdentityVerificationRequired, RefusalSlugs.UndeliverableAddress,
            RefusalSlugs.StockShortage, ProblemTypes.TooManyUnpaidOrders, .. IdempotentRequests.KeyProblems,
        ]);

    private static async Task<IResult> PlaceAsync(
        HttpContext context, ClaimsPrincipal user, IdempotentRequests requests, PlaceOrder place, OrderContents contents, PaymentMethods methods)
    {
        var read = await RequestBody.ReadAsync(context, Validator);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var caller = Caller.Of(user);
        return CheckMember(caller, body.MemberId)
            ?? (body.CartId is { } cartId ? CheckMember(caller, CartNames.MemberOf(cartId)) : null)
            ?? methods.Refuse(body.Payment?.Method)
            ?? await requests.RunAsync(context, required: true, body.Guest?.Phone, "o-", async run =>
            {
                context.Items[OrderLog.OrderId] = run.ResourceId;
                if (run.IsRepeated && await place.FindInterruptedAsync(run, body.Guest) is { } answer)
                {
                    return await contents.SettleAsync(body, run.ResourceId, answer, run.Cancellation);
                }

                var (whole, missing) = await contents.CompleteAsync(body, run.ResourceId, run.Cancellation);
                return missing
                    ?? await contents.SettleAsync(
                        whole, run.ResourceId, await place.RunAsync(Request(run.ResourceId, whole), run), run.Cancellation);
            });
    }

    /// <summary>The problem for a caller who acts for another member; <c>null</c> where the caller is allowed.</summary>
    private static ProblemHttpResult? CheckMember(Caller caller, string? memberId) =>
        memberId is null || caller.IsStaff || caller.IsMember(memberId) ? null : caller.IsKnown ? Problem.Forbidden() : Problem.Unauthorized();

    private static OrderRequest Request(string orderId, PlaceOrderBody body) => new()
    {
        OrderId = orderId,
        MemberId = body.MemberId,
        Guest = body.Guest,
        Lines = body.Lines!.Quantities(),
        ShipTo = body.ShipTo!,
        DeliveryNote = body.DeliveryNote,
        CouponCode = body.CouponCode,
        Points = new Won(body.Points ?? 0),
        Payment = body.Payment,
    };
}
