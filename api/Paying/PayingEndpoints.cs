using System.Security.Claims;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Paying;

/// <summary>Paying (결제하기) and giving up an open attempt (결제 취소하기).</summary>
internal static class PayingEndpoints
{
    private const int LongestText = 200;

    public static void MapPaying(this IEndpointRouteBuilder orders)
    {
        orders.MapPost("/{orderId}/payments", PayAsync)
            .Accepts<PayBody>("application/json")
            .WithSummary("Asks for payment; the outcome comes with the order.")
            .Produces<OrderView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        orders.MapDelete("/{orderId}/payments/current", CancelAsync)
            .WithSummary("The customer gives up the open payment attempt.")
            .Produces<OrderView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> PayAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates, PaymentMethods methods)
    {
        var read = await JsonBody.ReadAsync<PayBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var errors = new ShapeErrors();
        errors.When(!PaymentMethods.IsWellFormed(body.Method), "method", PaymentMethods.Shape);
        errors.Longest("identityVerificationId", body.IdentityVerificationId, LongestText);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        var command = new PayCommand(body.Method!, body.IdentityVerificationId);
        return methods.Refuse(body.Method) ?? await updates.AskAsync(context, user, orderId, read.Raw, new OrderChange("pay", _ => command, _ => RefusalSlugs.NotPayable), Accepted);
    }

    private static Task<IResult> CancelAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates) =>
        updates.AskAsync(
            context, user, orderId, default, new OrderChange("cancel-payment", _ => null, _ => RefusalSlugs.NoOpenPayment), Accepted);

    private static IResult Accepted(OrderView order, string id) => TypedResults.Accepted("/v1/orders/" + order.OrderId, order);

    /// <summary>Body of a payment.</summary>
    internal sealed record PayBody(string? Method, string? IdentityVerificationId = null);
}
