using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OrderOrchestration.Activities;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Carts;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Paying;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Api.Placing;

/// <summary><c>POST /v1/orders</c>.</summary>
internal static class PlacingEndpoints
{
    public static void AddPlacing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrderPolicies(configuration);

        // Anew for each request: below are HTTP clients whose connections the factory renews.
        services.AddTransient<IOrderFactsSource, OrderFactsSource>();
        services.AddTransient<PlaceOrder>();
        services.AddTransient<OrderWish>();
        services.AddSingleton<PaymentMethods>();
    }

    public static void MapPlacing(this IEndpointRouteBuilder orders) => orders.MapPost("/", PlaceAsync)
        .AllowAnonymous() // A guest has no token before its first order; a member's token is looked at below.
        .Accepts<PlaceOrderBody>("application/json")
        .WithSummary("Places an order.")
        .WithDescription(
            "Takes Idempotency-Key. 202 where a team keeps the order from being decided within 10 s: it goes on by itself. "
            + "A guest's answer carries guestToken.")
        .Produces<OrderView>(StatusCodes.Status201Created)
        .Produces<OrderView>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> PlaceAsync(
        HttpContext context, ClaimsPrincipal user, IdempotentRequests requests, PlaceOrder place, OrderWish wishes, PaymentMethods methods)
    {
        if (context.Request.Headers.Authorization.Count > 0 && user.Identity?.IsAuthenticated != true)
        {
            await context.ChallengeAsync();
            return Results.Empty;
        }

        var read = await JsonBody.ReadAsync<PlaceOrderBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (OrderShape.Check(body) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        var caller = Caller.Of(user);
        if (body.MemberId is { } memberId && !caller.IsStaff && !caller.IsMember(memberId))
        {
            return user.Identity?.IsAuthenticated == true ? Problem.Forbidden() : Problem.Unauthorized();
        }

        return (body.CartId is { } cartId ? CartAccess.Refuse(user, cartId) : null)
            ?? methods.Refuse(body.Payment?.Method)
            ?? await requests.RunAsync(context, caller, read.Raw, required: true, "o-", async run =>
            {
                context.Items[OrderLog.OrderId] = run.ResourceId;
                if (run.TakenUp && await place.TakeUpAsync(run, body.Guest) is { } answer)
                {
                    return answer;
                }

                var (whole, missing) = await wishes.CompleteAsync(body, run.Cancellation);
                return missing
                    ?? await wishes.ForgetOrderedAsync(whole, await place.RunAsync(Request(run.ResourceId, whole), run), run.Cancellation);
            });
    }

    private static OrderRequest Request(string orderId, PlaceOrderBody body) => new()
    {
        OrderId = orderId,
        MemberId = body.MemberId,
        Guest = body.Guest,
        Lines = [.. body.Lines!.Select(line => new LineQuantity(line!.ProductId!, line.Quantity!.Value))],
        ShipTo = body.ShipTo!,
        DeliveryNote = body.DeliveryNote,
        CouponCode = body.CouponCode,
        Points = new Won(body.Points ?? 0),
        Payment = body.Payment,
    };
}
